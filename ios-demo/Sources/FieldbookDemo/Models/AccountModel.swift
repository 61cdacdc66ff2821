import Fieldbook
import Foundation
import Observation

/// One customer and all that belongs to it.
@MainActor @Observable public final class AccountModel {
    /// The record of the customer; nil until it was read.
    public private(set) var record: Record?
    /// The sites of the customer, by name.
    public private(set) var sites: [Record] = []
    /// The people of the customer, by name.
    public private(set) var contacts: [Record] = []
    /// The deals of the customer, by name.
    public private(set) var deals: [DealStanding] = []
    /// The visits of the customer, the latest first.
    public private(set) var visits: [Record] = []
    /// The changes of the customer's record, the latest first.
    public private(set) var history: [HistoryEntry] = []
    /// Values of the customer and its sites that are not shown because others were written at the same time.
    public private(set) var conflicts: [ConflictShown] = []
    /// The telephone number as it is being changed; nil while it is not. It outlives the process.
    public var draft: String? {
        didSet { saved["draft"] = draft }
    }
    /// The last refusal.
    public private(set) var message: Message?

    /// The id of the customer.
    public let id: String
    private let zone: TimeZone
    private let repository: BookRepository
    private let saved: SavedPart

    /// A model of one customer, whose days are those of `zone`.
    public init(id: String, zone: TimeZone, repository: BookRepository, saved: SavedPart) {
        (self.id, self.zone, self.repository, self.saved) = (id, zone, repository, saved)
        draft = saved["draft"]
    }

    /// `true` if the rep is checked in there.
    public var isHere: Bool { visits.contains { if case .open? = $0.visit?.state { true } else { false } } }

    /// Shows the customer and follows its changes, until the task is cancelled.
    public func run() async { await follow(repository) { await attempt { try await load() } } }

    /// Shows the value that lost.
    public func use(_ conflict: ConflictShown) async {
        await attempt {
            try await repository.use(conflict)
            try await load()
        }
    }

    /// Begins to change the telephone number.
    public func beginEditing() { draft = record?.account?.phone ?? "" }

    /// Writes the draft; an empty one clears the number.
    public func save() async {
        guard let draft else { return }
        let phone = draft.trimmingCharacters(in: .whitespaces)
        await attempt {
            _ = try await repository.edit {
                try await repository.book.set(id, ["phone": phone.isEmpty ? nil : .text(phone)])
            }
            self.draft = nil
            try await load()
        }
    }

    private func attempt(_ work: @MainActor () async throws -> Void) async { message = await refusal(work) }

    private func load() async throws {
        let record = try await repository.book.record(id)
        let sites = try await repository.book.sites(of: id)
        let own = Set(sites.map(\.id) + [id])
        contacts = try await repository.records(of: id, .contact)
        deals = try await repository.standings(
            try await repository.records(of: id, .opportunity).map(\.id), zone: zone)
        visits = try await repository.records(of: id, .visit).reversed()
        history = try await repository.book.history(id).reversed()
        conflicts = try await repository.book.conflicts().filter { own.contains($0.record) }
        (self.record, self.sites) = (record, sites)
    }
}

/// The customer in words.
extension AccountModel {
    /// Tier, cadence, tags and whether an edit is unsent, each in a pill.
    public func pills(_ texts: Texts) -> [String] {
        guard let record, let account = record.account else { return [] }
        let words: [Message?] = [
            account.tier.map { Message(.tier, .text($0)) },
            account.visitEveryDays.map { Message(counting: Int($0), .everyDays) },
            record.unsent ? Message(.unsent) : nil,
        ]
        return words.compactMap { $0.map { texts($0) } } + account.extra.tags
    }

    /// Street, city and postcode in one line; nil when none is known.
    public var address: String? {
        guard let address = record?.account?.address else { return nil }
        let parts = [address.street, address.city, address.postcode].compactMap { $0 }
        return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }

    /// The sites as rows.
    public func siteRows(_ texts: Texts) -> [Row] {
        sites.compactMap { record in
            guard let site = record.site else { return nil }
            let fence =
                if case .circle(let radiusM)? = site.fence { texts(.fenceCircle, .message(metres(radiusM))) } else {
                    texts(.fenceOther)
                }
            return Row(
                id: record.id, title: site.name ?? site.address.street ?? texts(.site),
                detail: [site.openingHours, fence].compactMap { $0 }.joined(separator: "\n"))
        }
    }

    /// The people as rows.
    public var contactRows: [Row] {
        contacts.compactMap { record in
            guard let contact = record.contact else { return nil }
            let detail = [contact.role, contact.phone, contact.email].compactMap { $0 }.joined(separator: "\n")
            return Row(id: record.id, badge: String(contact.name.prefix(1)), title: contact.name, detail: detail)
        }
    }

    /// The deals as rows.
    public func dealRows(_ texts: Texts) -> [Row] {
        deals.compactMap { standing in
            guard let deal = standing.deal.opportunity else { return nil }
            let by = deal.closeOn.map { texts(.closesOn, .text(texts.day($0))) }
            return Row(
                id: standing.deal.id, title: deal.name,
                detail: [texts.stage(of: standing), by].compactMap { $0 }.joined(separator: " · "),
                trailing: deal.amount.map { texts.amount($0) })
        }
    }

    /// The visits as rows.
    public func visitRows(_ texts: Texts) -> [Row] {
        visits.compactMap { record in
            guard let visit = record.visit else { return nil }
            let (title, detail): (String, String?) =
                switch visit.state {
                case .planned: (texts(.statePlanned), visit.plannedAt.map { texts.dayAndTime($0) })
                case .open(let checkIn): (texts(.hereNow), arrival(checkIn, texts))
                case .closed(let checkIn, _): (visit.outcome ?? texts(.stateDone), arrival(checkIn, texts))
                case .skipped(let reason): (texts(.stateSkipped), reason)
                case .unreadable: (texts(.stateNewer), nil)
                }
            return Row(id: record.id, title: title, detail: detail)
        }
    }

    /// The changes as rows.
    public func historyRows(_ texts: Texts) -> [Row] {
        history.map { entry in
            let lines = entry.fields.sorted { $0.key < $1.key }.map { field, value in
                texts(.historyLine, .message(fieldName(field)), .text(texts.value(value)))
            }
            let by = entry.by.isEmpty ? texts(.somebody) : entry.by
            return Row(
                id: entry.change, overline: texts(.historyBy, .text(by), .text(texts.dayAndTime(entry.at))),
                title: lines.joined(separator: "\n"))
        }
    }

    private func arrival(_ checkIn: CheckIn, _ texts: Texts) -> String {
        "\(texts.dayAndTime(checkIn.at)) · \(texts(checkIn.assessment.verdict.title))"
    }
}
