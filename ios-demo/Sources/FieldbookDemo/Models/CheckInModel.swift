import Fieldbook
import Foundation
import Observation

/// Checking in at a customer and out again. The tap is saved whatever the fixes say.
@MainActor @Observable public final class CheckInModel {
    /// The customer's name.
    public private(set) var title = ""
    /// The access to the phone's place that the rep allows.
    public private(set) var access: LocationAccess = .none
    /// `true` until the book was read.
    public private(set) var isLoading = true
    /// `true` while fixes are being waited for.
    public private(set) var isWorking = false
    /// The visit that is open or was just closed; nil before the check-in.
    public private(set) var visit: Visit?
    /// The outcome, as it is being written; it outlives the process.
    public var outcome: String {
        didSet { saved["outcome"] = outcome.isEmpty ? nil : outcome }
    }
    /// The ground of the map.
    public private(set) var ground: [Ground] = []
    /// The last refusal.
    public private(set) var message: Message?

    private let account: String
    private let app: AppModel
    private let repository: BookRepository
    private let saved: SavedPart

    /// A model of the door of one customer.
    public init(account: String, app: AppModel, repository: BookRepository, saved: SavedPart) {
        (self.account, self.app, self.repository, self.saved) = (account, app, repository, saved)
        outcome = saved["outcome"] ?? ""
    }

    /// The arrival of the visit; nil before the check-in.
    public var arrival: CheckIn? {
        switch visit?.state {
        case .open(let checkIn)?, .closed(let checkIn, _)?: checkIn
        case .planned?, .skipped?, .unreadable?, nil: nil
        }
    }

    /// The departure from the visit; nil while the rep is there.
    public var departure: CheckOut? { if case .closed(_, let checkOut)? = visit?.state { checkOut } else { nil } }

    /// Reads the customer and the visit that is open, also after the process ended in between.
    public func load() async {
        access = app.location.access
        await attempt {
            title = try await repository.book.record(account).title
            if let known = saved["visit"] {
                visit = try await repository.book.record(known).visit
            } else {
                visit = try await openVisit()
            }
        }
        isLoading = false
        ground = await app.ground()
    }

    /// Asks the rep for access to the phone's place.
    public func askForLocation() async {
        await app.location.requestAccess()
        access = app.location.access
    }

    /// Checks in, with whatever fixes come within a few seconds.
    public func checkIn() async {
        await working {
            let fixes = await app.location.fixes()
            let record = try await repository.edit {
                try await repository.book.checkIn(account, fixes: fixes, clock: app.location.tapClock())
            }
            (saved["visit"], visit) = (record.id, record.visit)
        }
    }

    /// Checks out with the outcome that was written.
    public func checkOut() async {
        await working {
            let open = if let known = saved["visit"] { known } else { try await openVisitId() }
            guard let open else { return }
            let fixes = await app.location.fixes()
            let text = outcome.trimmingCharacters(in: .whitespacesAndNewlines)
            let record = try await repository.edit {
                try await repository.book.checkOut(
                    open, fixes: fixes, outcome: text.isEmpty ? nil : text, clock: app.location.tapClock())
            }
            visit = record.visit
        }
    }

    private func working(_ work: @MainActor () async throws -> Void) async {
        guard !isWorking else { return }
        (isWorking, message) = (true, nil)
        await attempt(work)
        isWorking = false
    }

    private func attempt(_ work: @MainActor () async throws -> Void) async {
        if let refused = await refusal(work) { message = refused }
    }

    private func openVisit() async throws -> Visit? {
        guard let id = try await openVisitId() else { return nil }
        return try await repository.book.record(id).visit
    }

    private func openVisitId() async throws -> String? {
        try await repository.records(of: account, .visit).first {
            if case .open? = $0.visit?.state { true } else { false }
        }?.id
    }
}

/// The door in words.
extension CheckInModel {
    /// The sentence about the access to the phone's place.
    public var accessSentence: TextKey {
        switch access {
        case .precise: .accessPrecise
        case .approximate: .accessApproximate
        case .none: .accessNone
        }
    }

    /// The corners of what has to fit on the map: the fence and the circles of the fixes; empty without a map.
    public var shownPlaces: [Place] {
        guard let arrival, let site = arrival.site, !arrival.fixes.isEmpty else { return [] }
        let door = Place(lat: site.lat, lon: site.lon)
        let fence =
            switch site.fence {
            case .circle(let radiusM): corners(door, radiusM)
            case .polygon(let rings): rings.outlines.flatMap { $0 }
            }
        return fence + arrival.fixes.flatMap { corners(Place(lat: $0.lat, lon: $0.lon), $0.accuracyM) }
    }

    private func corners(_ middle: Place, _ radiusM: Double) -> [Place] {
        let lat = radiusM / 111_320
        let lon = lat / cos(middle.lat * .pi / 180)
        return [
            Place(lat: middle.lat - lat, lon: middle.lon - lon), Place(lat: middle.lat + lat, lon: middle.lon + lon),
        ]
    }
}

extension Verdict {
    /// The weight of the verdict's card.
    public var tone: Tone {
        switch self {
        case .verified, .likelyOnSite: .good
        case .offSite: .accent
        case .unverifiable, .unknown: .plain
        }
    }
}

extension Rings {
    /// The rings as places, the outer one first.
    public var outlines: [[Place]] {
        let rings =
            switch self {
            case .one(let ring): [ring]
            case .many(let rings): rings
            }
        return rings.map { ring in ring.compactMap { $0.count > 1 ? Place(lat: $0[1], lon: $0[0]) : nil } }
    }
}
