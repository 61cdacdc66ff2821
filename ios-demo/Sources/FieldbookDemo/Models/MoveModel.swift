import Fieldbook
import Foundation
import Observation

/// The move of a deal to a stage whose gate is shut: what is missing, and what the rep has filled in.
@MainActor @Observable public final class MoveModel {
    /// The standing of the deal; nil until it was read.
    public private(set) var standing: DealStanding?
    /// All that is missing until the stage; nil until it was judged.
    public private(set) var verdict: GateVerdict?
    /// The reason of a forced move. It outlives the process.
    public var why: String {
        didSet { saved["why"] = why.isEmpty ? nil : why }
    }
    /// `true` once the deal has moved.
    public private(set) var isDone = false
    /// The last refusal.
    public private(set) var message: Message?

    /// The id of the deal.
    public let deal: String
    /// The id of the stage to move to.
    public let stage: String
    private var values: [String: String]
    private let app: AppModel
    private let repository: BookRepository
    private let saved: SavedPart

    /// A model of the move of `deal` to `stage`.
    public init(deal: String, stage: String, app: AppModel, repository: BookRepository, saved: SavedPart) {
        (self.deal, self.stage, self.app, self.repository, self.saved) = (deal, stage, app, repository, saved)
        why = saved["why"] ?? ""
        let kept = saved["values"].map { Data($0.utf8) }
        values = kept.flatMap { try? JSONDecoder().decode([String: String].self, from: $0) } ?? [:]
    }

    /// Shows what is missing and follows changes, until the task is cancelled.
    public func run() async { await follow(repository) { if !isDone { await attempt { try await load() } } } }

    /// The text that was written into a field. It outlives the process.
    public subscript(field: String) -> String {
        get { values[field] ?? "" }
        set {
            values[field] = newValue
            keep()
        }
    }

    /// `true` for what was checked off. It outlives the process.
    public subscript(check name: String) -> Bool {
        get { values["check/\(name)"] != nil }
        set {
            values["check/\(name)"] = newValue ? "true" : nil
            keep()
        }
    }

    /// `true` for a criterion that is an empty field of its own, and no other record.
    public func isField(_ unmet: UnmetCriterion) -> Bool {
        if case .fieldEmpty(let field) = unmet.because { field != "account_id" } else { false }
    }

    /// Moves the deal with what was filled in; with `force` past what is still missing, where the role may.
    public func move(force: Bool = false) async {
        let reason = why.trimmingCharacters(in: .whitespaces)
        let options = DealOptions(zone: app.clock.zone.identifier)
        await attempt {
            do {
                _ = try await repository.edit {
                    try await repository.book.advance(
                        deal, to: stage, filled, why: reason.isEmpty ? nil : reason, force: force, options)
                }
                isDone = true
            } catch DealError.Refused(let refusal) {
                verdict = refusal.verdict ?? verdict
                throw DealError.Refused(refusal)
            }
        }
    }

    private var filled: [String: FieldValue] {
        values.filter { !$0.value.trimmingCharacters(in: .whitespaces).isEmpty }
            .reduce(into: [:]) { fields, value in
                fields[value.key] = value.key.hasPrefix("check/") ? .bool(true) : .text(value.value)
            }
    }

    private func keep() {
        let text = try? JSONEncoder().encode(values)
        saved["values"] = text.map { String(decoding: $0, as: UTF8.self) }
    }

    private func attempt(_ work: @MainActor () async throws -> Void) async { message = await refusal(work) }

    private func load() async throws {
        let zone = app.clock.zone
        standing = try await repository.standings([deal], zone: zone).first
        verdict = try await repository.book.needs(of: deal, until: stage, DealOptions(zone: zone.identifier))
    }
}
