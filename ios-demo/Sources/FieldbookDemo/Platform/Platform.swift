import Fieldbook
import Foundation

/// The precision with which the rep lets the app know the phone's place.
public enum LocationAccess: Sendable {
    /// As precisely as the phone can.
    case precise
    /// To some kilometres: too coarse for a check-in to be verified.
    case approximate
    /// Not at all.
    case none
}

/// The phone's place, as far as the rep allows.
@MainActor public protocol LocationSource: AnyObject {
    /// The access that the rep allows now.
    var access: LocationAccess { get }

    /// Asks the rep for access, unless the question was answered before.
    func requestAccess() async

    /// Waits a few seconds for fixes and returns those that came, the oldest first; none without access or reception.
    func fixes() async -> [RawFix]

    /// The clock readings at a tap besides the wall clock.
    func tapClock() -> TapClock
}

/// Syncs without a screen, when the system finds it convenient.
@MainActor public protocol SyncScheduler: AnyObject {
    /// Asks for one sync as soon as there is a network; asking twice is asking once.
    func soon()

    /// Asks for a sync every few hours, to hear of what others did.
    func regularly()
}

/// The shipped sample: customers, people, deals and streets of a town that does not exist.
public protocol SampleFiles: Sendable {
    /// The sample's file of that name.
    func file(_ name: String) -> URL
}

/// The time and the place's time zone, which tests set.
public struct AppClock: Sendable {
    /// The present time.
    public let now: @Sendable () -> Date
    /// The zone that the phone's clock shows.
    public let zone: TimeZone

    /// A clock of the given time and zone.
    public init(now: @escaping @Sendable () -> Date, zone: TimeZone) { (self.now, self.zone) = (now, zone) }

    /// The phone's own clock.
    public static let phone = AppClock(now: { Date() }, zone: .current)
}
