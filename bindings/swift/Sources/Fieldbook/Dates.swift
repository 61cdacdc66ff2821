import FieldbookGenerated
import Foundation

extension Date {
    /// The date of a time as it crosses the boundary.
    public init(unixMilliseconds: Int64) { self.init(timeIntervalSince1970: Double(unixMilliseconds) / 1000) }

    /// The time as it crosses the boundary.
    public var unixMilliseconds: Int64 { Int64((timeIntervalSince1970 * 1000).rounded()) }
}

extension CheckIn { public var at: Date { Date(unixMilliseconds: atMs) } }
extension CheckOut { public var at: Date { Date(unixMilliseconds: atMs) } }
extension HistoryEntry { public var at: Date { Date(unixMilliseconds: atMs) } }
extension LogEntry { public var at: Date { Date(unixMilliseconds: atMs) } }
extension ConflictShown { public var lostAt: Date { Date(unixMilliseconds: lostAtMs) } }
extension Visit { public var plannedAt: Date? { plannedAtMs.map(Date.init(unixMilliseconds:)) } }
extension SalesTask { public var doneAt: Date? { doneAtMs.map(Date.init(unixMilliseconds:)) } }
extension Note { public var writtenAt: Date? { writtenAtMs.map(Date.init(unixMilliseconds:)) } }
extension Status {
    public var lastSyncAt: Date? { lastSyncAtMs.map(Date.init(unixMilliseconds:)) }
    public var oldestUnsentAt: Date? { oldestUnsentAtMs.map(Date.init(unixMilliseconds:)) }
}

extension RawFix {
    /// A fix of what every phone tells; the other properties take what this one tells besides.
    public init(at: Date, lat: Double, lon: Double, accuracyM: Double) {
        // The formatter cuts off, and no binary fraction is a whole millisecond: from the middle of it the cut is right.
        let middle = Date(timeIntervalSince1970: (Double(at.unixMilliseconds) + 0.5) / 1000)
        let at = middle.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
        self.init(at: at, lat: lat, lon: lon, accuracyM: accuracyM)
    }
}
