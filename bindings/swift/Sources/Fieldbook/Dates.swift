import FieldbookGenerated
import Foundation

extension Date {
    /// The date of a time as it crosses the boundary.
    public init(unixMilliseconds: Int64) { self.init(timeIntervalSince1970: Double(unixMilliseconds) / 1000) }

    /// The time as it crosses the boundary, Unix milliseconds.
    public var unixMilliseconds: Int64 { Int64((timeIntervalSince1970 * 1000).rounded()) }

    /// The calendar day where clocks show the time of `zone`, such as `2026-11-25`.
    public func calendarDay(in zone: TimeZone = .current) -> String {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        let day = calendar.dateComponents([.year, .month, .day], from: self)
        return String(format: "%04d-%02d-%02d", day.year ?? 0, day.month ?? 0, day.day ?? 0)
    }

    /// The time of day where clocks show the time of `zone`, seconds from local midnight by the clock on the wall.
    public func secondsOfDay(in zone: TimeZone = .current) -> Int64 {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        let time = calendar.dateComponents([.hour, .minute, .second], from: self)
        let (hour, minute, second): (Int, Int, Int) = (time.hour ?? 0, time.minute ?? 0, time.second ?? 0)
        return Int64(hour * 3600 + minute * 60 + second)
    }
}

extension TimeZone {
    /// The zone's IANA name, such as `Europe/Berlin`; nil for one that is a constant offset.
    public var ianaName: String? { identifier.contains("/") && !identifier.hasPrefix("Etc/") ? identifier : nil }

    /// Minutes that local time is ahead of UTC at `date`.
    public func offsetMinutes(at date: Date) -> Int32 { Int32(secondsFromGMT(for: date) / 60) }
}

extension DayToPlan {
    /// The calendar day that `date` lies in where clocks show the time of `zone`, back to the start in the evening.
    ///
    /// The other properties have the core's defaults: 8:30 to 17:00, half an hour for lunch, 20 minutes for a visit.
    public init(on date: Date, in zone: TimeZone = .current, end: PlanEnd = .back) {
        self.init(
            date: date.calendarDay(in: zone), utcOffsetMinutes: zone.offsetMinutes(at: date), zone: zone.ianaName,
            end: end)
    }
}

extension CheckIn {
    /// The time of the tap by the phone's clock.
    public var at: Date { Date(unixMilliseconds: atMs) }
}

extension CheckOut {
    /// The time of the tap by the phone's clock.
    public var at: Date { Date(unixMilliseconds: atMs) }
}

extension HistoryEntry {
    /// The time of the change by its author's clock.
    public var at: Date { Date(unixMilliseconds: atMs) }
}

extension LogEntry {
    /// The time of the event.
    public var at: Date { Date(unixMilliseconds: atMs) }
}

extension ConflictShown {
    /// The time at which the value that is not shown was written.
    public var lostAt: Date { Date(unixMilliseconds: lostAtMs) }
}

extension Visit {
    /// The planned start; nil for a visit that was not planned.
    public var plannedAt: Date? { plannedAtMs.map(Date.init(unixMilliseconds:)) }
}

extension SalesTask {
    /// The time of completion; nil while the task is open.
    public var doneAt: Date? { doneAtMs.map(Date.init(unixMilliseconds:)) }
}

extension Note {
    /// The time of writing, if known.
    public var writtenAt: Date? { writtenAtMs.map(Date.init(unixMilliseconds:)) }
}

extension Status {
    /// The end of the last successful sync; nil before the first.
    public var lastSyncAt: Date? { lastSyncAtMs.map(Date.init(unixMilliseconds:)) }

    /// The time of the oldest edit that the server has not answered; nil without one.
    public var oldestUnsentAt: Date? { oldestUnsentAtMs.map(Date.init(unixMilliseconds:)) }
}

extension RawFix {
    /// A fix of what every phone reports; the other properties take what this one reports besides.
    public init(at: Date, lat: Double, lon: Double, accuracyM: Double) {
        // The formatter cuts off, and no binary fraction is a whole millisecond: from the middle of it the cut is right.
        let middle = Date(timeIntervalSince1970: (Double(at.unixMilliseconds) + 0.5) / 1000)
        let at = middle.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
        self.init(at: at, lat: lat, lon: lon, accuracyM: accuracyM)
    }
}
