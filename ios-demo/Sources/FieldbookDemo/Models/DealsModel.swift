import Fieldbook
import Foundation
import Observation

/// A deal in the list.
public struct DealRow: Identifiable, Hashable, Sendable {
    /// The id of the deal.
    public let id: String
    /// The deal.
    public let deal: Opportunity
    /// The name of the deal's customer; nil if it has none.
    public let account: String?
}

/// All deals of the book, of one stage or of all.
@MainActor @Observable public final class DealsModel {
    /// All deals.
    public private(set) var all: [DealRow] = []
    /// The stage that is shown; nil for all. It outlives the process.
    public var stage: String? {
        didSet { saved["stage"] = stage }
    }
    /// `true` until the book was read.
    public private(set) var isLoading = true
    /// The last refusal.
    public private(set) var message: Message?

    private let app: AppModel
    private let repository: BookRepository
    private let saved: SavedPart

    /// A model of all deals.
    public init(app: AppModel, repository: BookRepository, saved: SavedPart) {
        (self.app, self.repository, self.saved) = (app, repository, saved)
        stage = saved["stage"]
    }

    /// The stages that the deals are in, in the company's own words, in the order of the list, with how many.
    public var stages: [(name: String, count: Int)] {
        let names = all.compactMap(\.deal.stage)
        var seen: Set<String> = []
        return names.filter { seen.insert($0).inserted }.map { name in (name, names.filter { $0 == name }.count) }
    }

    /// The deals of the stage that close today or later or on no day yet, the soonest first.
    public var coming: [DealRow] { chosen.filter { !isPast($0) } }

    /// The deals of the stage whose closing day has passed, the latest first.
    public var past: [DealRow] { chosen.filter { isPast($0) }.reversed() }

    /// Shows the deals and follows their changes, until the task is cancelled.
    public func run() async { await follow(repository) { await attempt { try await load() } } }

    /// Moves a deal to another stage.
    public func move(_ deal: String, to stage: String) async {
        await attempt {
            _ = try await repository.edit { try await repository.book.set(deal, ["stage": .text(stage)]) }
            try await load()
        }
    }

    private var chosen: [DealRow] {
        all.filter { stage == nil || $0.deal.stage == stage }
            .sorted { ($0.deal.closeOn ?? "9999") < ($1.deal.closeOn ?? "9999") }
    }

    private func isPast(_ row: DealRow) -> Bool {
        row.deal.closeOn.map { $0 < app.clock.now().calendarDay(in: app.clock.zone) } ?? false
    }

    private func attempt(_ work: @MainActor () async throws -> Void) async {
        message = await refusal(work)
        isLoading = false
    }

    private func load() async throws {
        let records = try await repository.all(.opportunity)
        let names = try await repository.titles(records.compactMap(\.opportunity?.accountId))
        all = records.compactMap { record in
            record.opportunity.map { DealRow(id: record.id, deal: $0, account: $0.accountId.flatMap { names[$0] }) }
        }
    }
}

extension DealsModel {
    /// A deal as a row.
    public func row(_ deal: DealRow, _ texts: Texts) -> Row {
        let closing = deal.deal.closeOn.map { texts(isPast(deal) ? .closedOn : .closesOn, .text(texts.day($0))) }
        let step = deal.deal.nextStep.map { texts(.nextStep, .text($0)) }
        return Row(
            id: deal.id, overline: deal.account, title: deal.deal.name,
            detail: [closing, step, deal.deal.stage].compactMap { $0 }.joined(separator: "\n"),
            trailing: deal.deal.amount.map { texts.amount($0) }, tone: isPast(deal) ? .faded : .plain,
            account: deal.deal.accountId)
    }
}
