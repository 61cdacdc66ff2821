import Fieldbook
import Foundation

/// Times, days, amounts and values as a language writes them.
extension Texts {
    /// `09:30`, for seconds from local midnight.
    public func timeOfDay(_ seconds: Int64) -> String {
        let minutes = min(max(seconds, 0), 86_399) / 60
        return String(format: "%02d:%02d", Int(minutes / 60), Int(minutes % 60))
    }

    /// `09:30` of an instant where the phone is.
    public func timeOfDay(_ at: Date) -> String { timeOfDay(at.secondsOfDay(in: zone)) }

    /// A day of the book, `2026-11-25`, as this language writes it; one that is none as it is.
    public func day(_ day: String) -> String {
        guard let date = Texts.noon(of: day) else { return day }
        return formatted(date, zone: .gmt, day: .medium, time: .none)
    }

    /// A day with its weekday as this language writes it.
    public func longDay(_ at: Date) -> String { formatted(at, zone: zone, day: .full, time: .none) }

    /// A day and a time as this language writes them.
    public func dayAndTime(_ at: Date) -> String { formatted(at, zone: zone, day: .medium, time: .short) }

    /// An amount as this language writes it; the currency's code where it has no sign.
    public func amount(_ money: Money) -> String {
        let style = Decimal.FormatStyle.Currency(code: money.currency)
        // The digits behind the point are those of nothing, without the one before the point.
        let nothing = Decimal(0).formatted(style.locale(Locale(identifier: "en_US")))
        let digits = max(nothing.count { $0 == "0" } - 1, 0)
        return (Decimal(money.minor) / pow(10, digits)).formatted(style.locale(locale))
    }

    /// The value of a field as text.
    public func value(_ value: FieldValue) -> String {
        switch value {
        case .cleared: self(.valueNone)
        case .text(let text): text
        case .int(let number): String(number)
        case .real(let number): String(number)
        case .bool(let value): self(value ? .valueYes : .valueNo)
        case .time(let ms): dayAndTime(Date(unixMilliseconds: ms))
        case .id: self(.valueRecord)
        }
    }

    private func formatted(
        _ date: Date, zone: TimeZone, day: DateFormatter.Style, time: DateFormatter.Style
    ) -> String {
        let format = DateFormatter()
        (format.locale, format.timeZone, format.dateStyle, format.timeStyle) = (locale, zone, day, time)
        return format.string(from: date)
    }

    private static func noon(of day: String) -> Date? {
        try? Date("\(day)T12:00:00Z", strategy: .iso8601)
    }
}

/// `85 m`, `1.4 km`.
public func metres(_ length: Double) -> Message {
    let whole = Int(abs(length).rounded())
    return whole < 1_000 ? Message(.metres, .number(whole)) : Message(.kilometres, .tenths(Double(whole) / 1_000))
}

/// `40 s`, `12 min`, `5 h`, `3 days`.
public func age(_ seconds: Int64) -> Message {
    switch seconds {
    case ..<120: Message(.seconds, .number(Int(max(seconds, 0))))
    case ..<7_200: Message(.minutes, .number(Int(seconds / 60)))
    case ..<172_800: Message(.hours, .number(Int(seconds / 3_600)))
    default: Message(.days, .number(Int(seconds / 86_400)))
    }
}
