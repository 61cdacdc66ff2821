import Foundation
import Observation

/// The rep's choices for this phone.
public struct AppSettings: Hashable, Sendable {
    /// A language tag; nil for that of the phone.
    public var language: String?
    /// The start of the working day, seconds from local midnight.
    public var workFromS: Int32 = 30_600
    /// The end of the working day, seconds from local midnight.
    public var workUntilS: Int32 = 61_200
    /// The duration of lunch, seconds; 0 for none.
    public var lunchS: Int32 = 1_800

    /// The choices of a new phone.
    public init() {}
}

/// The settings, kept in the system's preferences.
@MainActor @Observable public final class SettingsStore {
    /// The settings as they are now; a change is kept at once.
    public var settings: AppSettings {
        didSet { keep() }
    }

    @ObservationIgnored private let defaults: UserDefaults

    /// The settings that `defaults` holds, or those of a new phone.
    public init(defaults: UserDefaults) {
        self.defaults = defaults
        var stored = AppSettings()
        let number = { (key: String) in (defaults.object(forKey: key) as? Int).map { Int32(clamping: $0) } }
        stored.language = defaults.string(forKey: "language")
        stored.workFromS = number("work_from_s") ?? stored.workFromS
        stored.workUntilS = number("work_until_s") ?? stored.workUntilS
        stored.lunchS = number("lunch_s") ?? stored.lunchS
        settings = stored
    }

    private func keep() {
        defaults.set(settings.language, forKey: "language")
        defaults.set(Int(settings.workFromS), forKey: "work_from_s")
        defaults.set(Int(settings.workUntilS), forKey: "work_until_s")
        defaults.set(Int(settings.lunchS), forKey: "lunch_s")
    }
}
