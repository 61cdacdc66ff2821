import FieldbookGenerated
import Foundation

/// Visits: checked in, checked out, skipped, and the day that they make.
extension Book {
    /// Checks in at `account` now, at `site` or the nearest of its sites.
    ///
    /// It is saved whatever the fixes say and without any; the verdict is in the visit. A repeated tap returns the same
    /// check-in. Throws `CheckInError.AlreadyOpen` while another visit is open.
    public func checkIn(
        _ account: String, fixes: [RawFix], site: String? = nil, visit: String? = nil, clock: TapClock? = nil
    ) async throws(CheckInError) -> Record {
        try await run(CheckInError.self) {
            try $0.checkIn(account: account, fixes: fixes, site: site, visit: visit, clock: clock)
        }
    }

    /// Checks out of an open visit now. A repeated call returns the same check-out.
    ///
    /// Throws `CheckInError.NotNow` if the visit was never opened.
    public func checkOut(
        _ visit: String, fixes: [RawFix] = [], outcome: String? = nil, clock: TapClock? = nil
    ) async throws(CheckInError) -> Record {
        try await run(CheckInError.self) {
            try $0.checkOut(visit: visit, fixes: fixes, outcome: outcome, clock: clock)
        }
    }

    /// Marks a planned visit as skipped, with a `reason` that is not empty.
    ///
    /// Throws `CheckInError.NotNow` if the visit is open or over.
    public func skipVisit(_ visit: String, reason: String) async throws(CheckInError) -> Record {
        try await run(CheckInError.self) { try $0.skipVisit(visit: visit, reason: reason) }
    }

    /// The visits of the calendar day that `date` lies in where clocks show the time of `zone`, by time.
    public func day(_ date: Date, in zone: TimeZone = .current) async throws(BookError) -> [Record] {
        let (day, offset) = (date.calendarDay(in: zone), zone.offsetMinutes(at: date))
        return try await book { try $0.day(date: day, utcOffsetMinutes: offset, zone: zone.ianaName) }
    }

    /// Plans a day. Nothing of it is in the book before ``keep(_:)``.
    ///
    /// A cancelled search ends at once with the best plan found so far. Throws `PlanError.NoPlaces` if no customer has a
    /// position.
    public func planDay(_ day: DayToPlan) async throws(PlanError) -> DayPlan {
        let core = core
        return try await blocking.run(PlanError.self, cancelled: nil, interrupt: { core.interruptPlan() }) {
            try core.planDay(day: day)
        }
    }

    /// Plans the rest of a day again after `event` at `nowS`, seconds from local midnight. Visits already begun stay.
    ///
    /// Throws `PlanError.NoSite` or `PlanError.NoCandidate` if the event names a customer that cannot be visited.
    public func replan(_ plan: DayPlan, nowS: Int64, _ event: PlanEvent) async throws(PlanError) -> DayPlan {
        try await run(PlanError.self) { _ in try plan.replan(nowS: nowS, event: event) }
    }

    /// Saves a plan in the book as planned visits, and returns them.
    public func keep(_ plan: DayPlan) async throws(BookError) -> [Record] { try await book { _ in try plan.keep() } }

    /// Plans `days` days, 1 to 28, from that of `day` on, each customer as often as its cadence requires.
    ///
    /// A cancelled search ends at once with the best plan found so far.
    public func planPeriod(_ day: DayToPlan, days: Int) async throws(PlanError) -> PeriodPlan {
        let core = core
        return try await blocking.run(PlanError.self, cancelled: nil, interrupt: { core.interruptPlan() }) {
            try core.planPeriod(day: day, days: UInt32(clamping: days))
        }
    }
}
