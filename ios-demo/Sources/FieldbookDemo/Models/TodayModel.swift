import Fieldbook
import Foundation
import Observation

/// The progress of a stop of the day.
public enum StopState: Sendable {
    /// The visit is over.
    case done
    /// The rep is there.
    case here
    /// The first stop that nobody has been at.
    case next
    /// It comes after the next one.
    case later
    /// The visit will not take place.
    case skipped
}

/// A stop of the day.
public struct DayStop: Hashable, Sendable {
    /// The id of the customer.
    public let account: String
    /// The customer's name.
    public let title: String
    /// The position of the site; nil for a customer without one.
    public let place: Place?
    /// The arrival, seconds from local midnight; nil when no time was planned.
    public let arriveS: Int64?
    /// The departure, seconds from local midnight, if it is known.
    public let leaveS: Int64?
    /// The progress of the stop.
    public var state: StopState = .later
}

/// The day: its visits in the book, and a plan of it until that is kept or dropped.
@MainActor @Observable public final class TodayModel {
    /// The day that is shown.
    public private(set) var date: Date
    /// The stops in order.
    public private(set) var stops: [DayStop] = []
    /// `true` until the book was read.
    public private(set) var isLoading = true
    /// `true` while the core plans.
    public private(set) var isPlanning = false
    /// `true` if the stops are a plan that is not in the book yet.
    public private(set) var isProposal = false
    /// `true` if the book has no customer.
    public private(set) var isEmptyBook = false
    /// The start of lunch, seconds from local midnight; nil without one.
    public private(set) var lunchS: Int64?
    /// The time on the road, seconds.
    public private(set) var travelS: Int64?
    /// The end of the day, seconds from local midnight.
    public private(set) var endsS: Int64?
    /// The number of customers that the plan leaves out.
    public private(set) var leftOut = 0
    /// The customers whose promised time a new plan moved.
    public private(set) var moved: [String] = []
    /// The ground of the map.
    public private(set) var ground: [Ground] = []
    /// The last refusal.
    public private(set) var message: Message?

    private let app: AppModel
    private let repository: BookRepository
    private let saved: SavedPart
    /// The plan that is shown, or the last that was kept. It does not outlive the process: its request does.
    private var plan: DayPlan?

    /// A model of the present day.
    public init(app: AppModel, repository: BookRepository, saved: SavedPart) {
        (self.app, self.repository, self.saved) = (app, repository, saved)
        date = app.clock.now()
    }

    /// The stop where the rep is, or else the next one.
    public var next: DayStop? { stops.first { $0.state == .here } ?? stops.first { $0.state == .next } }

    /// Shows the day and follows its changes, until the task is cancelled.
    public func run() async {
        ground = await app.ground()
        // A proposal that the rep was looking at when the process ended is made again.
        if saved["proposal"] != nil, plan == nil { await makePlan() }
        await follow(repository) { if !isProposal { await attempt { try await load() } } }
    }

    /// Plans the day, without writing anything into the book.
    public func makePlan() async {
        await working { propose(try await repository.book.planDay(request())) }
    }

    /// Plans the rest of the day again after something broke it.
    public func replan(_ event: PlanEvent) async {
        await working { try await replanNow(event) }
    }

    /// Plans the rest of the day from where the phone is.
    public func replanFromHere() async {
        await working {
            guard let fix = await app.location.fixes().last else { return message = Message(.noPosition) }
            try await replanNow(.here(place: Place(lat: fix.lat, lon: fix.lon)))
        }
    }

    /// Writes the proposal into the book as planned visits.
    public func keep() async {
        guard let kept = plan else { return }
        await working {
            _ = try await repository.edit { try await repository.book.keep(kept) }
            let sums = kept.sums()
            (saved[number: "lunch_s"], saved[number: "travel_s"]) = (sums.lunchBeginsS, sums.travelS)
            (saved[number: "ends_s"], saved["proposal"]) = (sums.endsS, nil)
            try await load()
        }
    }

    /// Drops the proposal.
    public func discard() async {
        (plan, saved["proposal"]) = (nil, nil)
        await working { try await load() }
    }

    /// Fills an empty book with the sample.
    public func loadSample() async {
        await working {
            try await repository.importSample(app.sample)
            try await load()
        }
    }

    private func working(_ work: @MainActor () async throws -> Void) async {
        guard !isPlanning else { return }
        (isPlanning, message) = (true, nil)
        await attempt(work)
        isPlanning = false
    }

    private func attempt(_ work: @MainActor () async throws -> Void) async {
        if let refused = await refusal(work) { (message, isLoading) = (refused, false) }
    }

    private func replanNow(_ event: PlanEvent) async throws {
        let base: DayPlan = if let plan { plan } else { try await repository.book.planDay(request()) }
        let nowS = app.clock.now().secondsOfDay(in: app.clock.zone)
        propose(try await repository.book.replan(base, nowS: nowS, event))
    }

    private func request() -> DayToPlan {
        var day = DayToPlan(on: app.clock.now(), in: app.clock.zone)
        let settings = app.settings.settings
        (day.fromS, day.untilS, day.lunchS) = (settings.workFromS, settings.workUntilS, settings.lunchS)
        return day
    }

    private func propose(_ proposed: DayPlan) {
        let sums = proposed.sums()
        (plan, saved["proposal"]) = (proposed, "yes")
        stops = TodayModel.withNext(
            proposed.stops().map {
                DayStop(account: $0.account, title: $0.title, place: $0.place, arriveS: $0.startS, leaveS: $0.leaveS)
            })
        (isLoading, isProposal, isEmptyBook) = (false, true, false)
        (lunchS, travelS, endsS) = (sums.lunchBeginsS, sums.travelS, sums.endsS)
        (leftOut, moved) = (proposed.leftOut().count, sums.moved)
    }

    private func load() async throws {
        let now = app.clock.now()
        let visits = try await repository.book.day(now, in: app.clock.zone)
        let counts = try await repository.book.status().records
        var loaded: [DayStop] = []
        for visit in visits { if let stop = try await stop(of: visit) { loaded.append(stop) } }
        loaded.sort { ($0.arriveS ?? .max) < ($1.arriveS ?? .max) }
        (date, stops, isLoading, isProposal) = (now, TodayModel.withNext(loaded), false, false)
        isEmptyBook = loaded.isEmpty && !counts.contains { $0.kind == .account && $0.count > 0 }
        lunchS = loaded.isEmpty ? nil : saved[number: "lunch_s"]
        travelS = loaded.isEmpty ? nil : saved[number: "travel_s"]
        endsS = loaded.isEmpty ? nil : saved[number: "ends_s"]
        (leftOut, moved) = (0, [])
    }

    private func stop(of record: Record) async throws -> DayStop? {
        guard let visit = record.visit else { return nil }
        let account = visit.accountId ?? ""
        var place: Place?
        if let site = visit.siteId { place = try await repository.book.record(site).site?.position }
        let zone = app.clock.zone
        return DayStop(
            account: account, title: try await repository.titles([account])[account] ?? record.title, place: place,
            arriveS: visit.arrivedAt?.secondsOfDay(in: zone), leaveS: visit.leftAt?.secondsOfDay(in: zone),
            state: visit.stopState)
    }

    /// The first stop that nobody has been at comes next.
    private static func withNext(_ stops: [DayStop]) -> [DayStop] {
        var stops = stops
        if let next = stops.firstIndex(where: { $0.state == .later }) { stops[next].state = .next }
        return stops
    }
}

extension Visit {
    /// The check-in, or else the planned start.
    fileprivate var arrivedAt: Date? {
        switch state {
        case .open(let checkIn), .closed(let checkIn, _): checkIn.at
        case .planned, .skipped, .unreadable: plannedAt
        }
    }

    fileprivate var leftAt: Date? { if case .closed(_, let checkOut) = state { checkOut.at } else { nil } }

    fileprivate var stopState: StopState {
        switch state {
        case .planned: .later
        case .open: .here
        case .closed, .unreadable: .done
        case .skipped: .skipped
        }
    }
}
