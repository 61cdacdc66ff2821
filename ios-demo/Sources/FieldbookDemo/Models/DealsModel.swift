import Fieldbook
import Foundation
import Observation

/// A deal in the list, with its standing in the company's process.
public struct DealRow: Identifiable, Hashable, Sendable {
    /// The id of the deal.
    public let id: String
    /// The deal.
    public let deal: Opportunity
    /// The name of the deal's customer; nil if it has none.
    public let account: String?
    /// The standing of the deal.
    public let standing: DealStanding

    /// A row of a deal.
    public init(id: String, deal: Opportunity, account: String?, standing: DealStanding) {
        (self.id, self.deal, self.account, self.standing) = (id, deal, account, standing)
    }

    /// `true` if the deal was won or lost.
    public var isClosed: Bool { standing.stage?.end != nil }

    /// `true` if the deal has stood for too long, lost something that its stage requires, or was moved twice at once.
    public var needsAttention: Bool {
        !standing.losing.isEmpty || !isClosed && (standing.overdue || !standing.noLongerMeets.isEmpty)
    }

    /// The id of the deal's stage, or its plain word where the process has no such stage.
    public var stage: String? { standing.stage?.id ?? standing.path.last?.stage ?? deal.stage }
}

/// A stage that deals are in.
public struct StageChoice: Hashable, Sendable {
    /// The id of the stage.
    public let stage: String
    /// A deal in it.
    public let example: DealRow
    /// The number of deals in it.
    public let count: Int
}

/// All deals of the book, of one stage or of all.
@MainActor @Observable public final class DealsModel {
    /// All deals.
    public private(set) var all: [DealRow] = []
    /// The id of the stage that is shown; nil for all. It outlives the process.
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

    /// The stages that the deals are in, in the order of their process, with how many.
    public var stages: [StageChoice] {
        let place = { (row: DealRow) in row.standing.process?.stages.firstIndex { $0.id == row.stage } ?? 99 }
        return Dictionary(grouping: all.filter { $0.stage != nil }) { $0.stage ?? "" }
            .map { stage, rows in
                let example = rows.first { $0.standing.process != nil } ?? rows[0]
                return StageChoice(stage: stage, example: example, count: rows.count)
            }
            .sorted { (place($0.example), $0.stage) < (place($1.example), $1.stage) }
    }

    /// The deals of the stage that need the rep, the stalled ones first, the longest in their stage before others.
    public var attention: [DealRow] {
        let weight = { (row: DealRow) in (row.standing.overdue ? 1 : 0, row.standing.daysInStage ?? -1) }
        return chosen.filter(\.needsAttention).sorted { weight($0) > weight($1) }
    }

    /// The open deals of the stage that close today or later or on no day yet, the soonest first.
    public var coming: [DealRow] { calm.filter { !isPast($0) } }

    /// The open deals of the stage whose closing day has passed, the latest first.
    public var past: [DealRow] { calm.filter { isPast($0) }.reversed() }

    /// The deals of the stage that were won or lost, the latest first.
    public var closed: [DealRow] { chosen.filter { $0.isClosed && !$0.needsAttention }.reversed() }

    /// Shows the deals and follows their changes, until the task is cancelled.
    public func run() async { await follow(repository) { await attempt { try await load() } } }

    /// Moves a deal to another stage, whose gate is open.
    public func move(_ deal: String, to stage: String) async {
        let options = DealOptions(zone: app.clock.zone.identifier)
        await attempt {
            _ = try await repository.edit { try await repository.book.advance(deal, to: stage, [:], options) }
            try await load()
        }
    }

    /// Chooses between two moves that were made at the same time.
    public func settle(_ deal: String, on move: LosingMove) async {
        await attempt {
            _ = try await repository.edit { try await repository.book.settleMoves(of: deal, move.moveId) }
            try await load()
        }
    }

    /// Shows these deals, for a picture of what no test can bring about in a second.
    func show(_ rows: [DealRow]) { (all, isLoading) = (rows, false) }

    private var chosen: [DealRow] {
        all.filter { stage == nil || $0.stage == stage }
            .sorted { ($0.deal.closeOn ?? "9999") < ($1.deal.closeOn ?? "9999") }
    }

    private var calm: [DealRow] { chosen.filter { !$0.needsAttention && !$0.isClosed } }

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
        all = try await repository.standings(records.map(\.id), zone: app.clock.zone).compactMap { standing in
            standing.deal.opportunity.map { deal in
                DealRow(
                    id: standing.deal.id, deal: deal, account: deal.accountId.flatMap { names[$0] }, standing: standing)
            }
        }
    }
}

extension DealsModel {
    /// A deal as a row: where it stands, what is wrong with it, and what the gate ahead is missing.
    public func row(_ row: DealRow, _ texts: Texts) -> Row {
        let isOver = row.isClosed || isPast(row)
        let closing = row.deal.closeOn.map { texts(isOver ? .closedOn : .closesOn, .text(texts.day($0))) }
        let step = row.deal.nextStep.map { texts(.nextStep, .text($0)) }
        let stay = [texts.stage(of: row.standing), row.isClosed ? nil : stay(row.standing, texts)]
        let troubles = troubles(row, texts)
        let lines = [closing, step, stay.compactMap { $0 }.joined(separator: " · ")].compactMap { $0 }
        return Row(
            id: row.id, overline: row.account, title: row.deal.name,
            alert: troubles.isEmpty ? nil : troubles.joined(separator: "\n"),
            detail: (lines + gate(row.standing, texts)).joined(separator: "\n"),
            trailing: row.deal.amount.map { texts.amount($0) },
            tone: isOver && !row.needsAttention ? .faded : .plain, account: row.deal.accountId)
    }

    private func stay(_ standing: DealStanding, _ texts: Texts) -> String? {
        if let days = standing.daysInStage { return texts(Message(counting: Int(days), .stageDays)) }
        return standing.process == nil ? nil : texts(.dealOutside)
    }

    private func troubles(_ row: DealRow, _ texts: Texts) -> [String] {
        let standing = row.standing
        let process = standing.process == nil ? [texts(.dealNoProcess)] : []
        let stalled = standing.overdue && !row.isClosed ? [texts(.dealStalled)] : []
        let lost = standing.noLongerMeets.map { texts(.dealNoLonger, .message(fieldName($0.criterion))) }
        let others = standing.losing.map { texts.title(of: $0.stage, in: standing) }.joined(separator: ", ")
        let shown = texts.stage(of: standing) ?? ""
        let twice = standing.losing.isEmpty ? [] : [texts(.movedTwice, .text(shown), .text(others))]
        return process + stalled + lost + twice
    }

    private func gate(_ standing: DealStanding, _ texts: Texts) -> [String] {
        guard let gate = standing.ahead else { return [] }
        let title = texts.title(of: gate.toStage, in: standing)
        let head = texts(gate.outcome == .met ? .gateReady : .gateNeeds, .text(title))
        return [head] + texts.sentences(about: gate).map { "• \($0)" }
    }
}
