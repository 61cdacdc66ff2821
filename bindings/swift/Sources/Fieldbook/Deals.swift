import FieldbookGenerated

/// Deals in the company's sales process.
extension Book {
    /// The standing of a deal: its stage, for how long, what it no longer meets, and each gate ahead.
    public func dealStanding(
        _ deal: String, _ options: DealOptions = DealOptions()
    ) async throws(BookError) -> DealStanding {
        try await book { try $0.dealStanding(id: deal, options: options) }
    }

    /// The verdict of the gate between a deal and a stage, with all that is missing.
    ///
    /// Throws `DealError.Refused` if no gate leads there.
    public func mayAdvance(
        _ deal: String, to stage: String, _ options: DealOptions = DealOptions()
    ) async throws(DealError) -> GateVerdict {
        try await run(DealError.self) { try $0.mayAdvance(id: deal, stage: stage, options: options) }
    }

    /// All that a deal still needs until a stage, over every stage between.
    public func needs(
        of deal: String, until stage: String, _ options: DealOptions = DealOptions()
    ) async throws(DealError) -> GateVerdict {
        try await run(DealError.self) { try $0.needsUntil(id: deal, stage: stage, options: options) }
    }

    /// Moves a deal to a stage if its gate is open; `fields` are written with the move and count for the gate.
    ///
    /// With `force`, a role that the process names passes a shut gate, and `why` is required; the move stays marked.
    /// Throws `DealError.Refused` with the verdict if the gate is shut.
    public func advance(
        _ deal: String, to stage: String, _ fields: [String: FieldValue] = [:], why: String? = nil,
        force: Bool = false, _ options: DealOptions = DealOptions()
    ) async throws(DealError) -> Record {
        try await run(DealError.self) {
            try $0.advanceDeal(id: deal, stage: stage, options: options, why: why, force: force, fields: fields)
        }
    }

    /// Shows a move that lost again, or confirms the shown one; the other last moves are settled by it.
    public func settleMoves(of deal: String, _ move: String) async throws(BookError) -> Record {
        try await book { try $0.settleMoves(id: deal, moveId: move) }
    }

    /// The processes on this device, the shipped ones among them.
    public func packs() async throws(BookError) -> [ProcessPack] { try await book { try $0.packs() } }

    /// Takes the text of a signed pack into the book; the next sync sends it to everybody.
    ///
    /// Throws `PackError.Refused` for a pack that is forged, unsound or of another key.
    public func installPack(_ text: String) async throws(PackError) -> Record {
        try await run(PackError.self) { try $0.installPack(text: text) }
    }
}
