import Foundation

/// The app's texts in one language, with the formats that go with it.
public struct Texts: Sendable {
    /// A language that the app is written in.
    public enum Language: String, CaseIterable, Sendable {
        /// English.
        case english = "en"
        /// Simplified Chinese.
        case chinese = "zh-Hans"
    }

    /// The language.
    public let language: Language
    /// The time zone in which times are shown.
    public let zone: TimeZone
    let locale: Locale
    private let table: [String: String]

    /// The texts for a language tag such as `zh` or `en-GB`; English for one that the app is not written in.
    ///
    /// Nil takes the first of the phone's languages.
    public init(language tag: String? = nil, zone: TimeZone = .current) {
        let tag = tag ?? Locale.preferredLanguages.first ?? "en"
        language = tag.hasPrefix("zh") ? .chinese : .english
        self.zone = zone
        locale = Locale(identifier: language == .chinese ? "zh_CN" : "en_GB")
        table = Texts.tables[language] ?? [:]
    }

    /// The sentence in this language.
    public func callAsFunction(_ message: Message) -> String {
        var text = form(of: message)
        for (index, value) in message.values.enumerated() {
            text = text.replacingOccurrences(of: "%\(index + 1)$@", with: shown(value))
        }
        return text
    }

    /// The sentence in this language.
    public func callAsFunction(_ key: TextKey, _ values: Message.Value...) -> String {
        var text = table[key.rawValue] ?? key.rawValue
        for (index, value) in values.enumerated() {
            text = text.replacingOccurrences(of: "%\(index + 1)$@", with: shown(value))
        }
        return text
    }

    private func form(of message: Message) -> String {
        let key = message.key.rawValue
        guard let count = message.count else { return table[key] ?? key }
        // Chinese has one form; English has one for 1.
        let one = count == 1 ? table["\(key).one"] : nil
        return one ?? table["\(key).other"] ?? key
    }

    private func shown(_ value: Message.Value) -> String {
        switch value {
        case .text(let text): text
        case .number(let number): String(number)
        case .tenths(let number): String(format: "%.1f", number)
        case .message(let message): self(message)
        }
    }

    private static let tables = Dictionary(uniqueKeysWithValues: Language.allCases.map { ($0, table(of: $0)) })

    /// The table of a language as the bundle has it, key to text.
    static func table(of language: Language) -> [String: String] {
        // The build may write the folder's name in small letters.
        let folder = Bundle.module.localizations.first { $0.lowercased() == language.rawValue.lowercased() }
        let file = Bundle.module.url(
            forResource: "Localizable", withExtension: "strings", subdirectory: nil,
            localization: folder ?? language.rawValue)
        guard let file, let data = try? Data(contentsOf: file) else { return [:] }
        let list = try? PropertyListSerialization.propertyList(from: data, options: [], format: nil)
        return list as? [String: String] ?? [:]
    }
}
