import Fieldbook

private let any = DealOptions()

/// A deal in the sales process: its gates, two moves at the same time, and what the server did not take.
extension Story {
    func dealing(_ ada: Fieldbook, _ bo: Fieldbook, _ shop: String) throws {
        let sales = try ada.packs().first { $0.id == "solution-sale@1" }!
        print("process \(sales.id): \(sales.stages.map { $0.titles["zh"]! }.joined(separator: ", "))")
        let deal = try ada.add(kind: .opportunity, fields: ["name": "Freezer", "account_id": .id(shop)]).id
        try show(ada, deal)
        try advancing(ada, deal)
        _ = try ada.add(kind: .contact, fields: ["name": "Kim", "account_id": .id(shop)])
        try sync("ada", ada)
        try sync("bo", bo)
        _ = try bo.advanceDeal(id: deal, stage: "lost", options: any, fields: ["lost_reason": "price"])
        _ = try ada.advanceDeal(id: deal, stage: "needs_analysis", options: any, fields: ["budget_tier": "B"])
        for (name, book) in [("bo", bo), ("ada", ada), ("bo", bo)] { try sync(name, book) }
        try show(bo, deal)
        let lost = try bo.dealStanding(id: deal, options: any).losing[0]
        _ = try bo.settleMoves(id: deal, moveId: lost.moveId)
        try show(bo, deal)
        try sync("bo", bo)
        try sync("ada", ada)
        let (hers, his) = (try ada.dealStanding(id: deal, options: any), try bo.dealStanding(id: deal, options: any))
        let notTaken = try ada.refused().count + bo.refused().count
        print("settled alike \((stage(hers) == stage(his)).spoken), not taken \(notTaken)")
    }

    private func advancing(_ book: Fieldbook, _ deal: String) throws {
        let advance = { (stage: String, why: String?, force: Bool) in
            _ = try book.advanceDeal(id: deal, stage: stage, options: any, why: why, force: force, fields: [:])
        }
        try tell("enter without a source") { try advance("lead_validation", nil, false) }
        try tell("skip") { try advance("negotiation", nil, false) }
        try tell("no such stage") { _ = try book.mayAdvance(id: deal, stage: "party", options: any) }
        _ = try book.advanceDeal(id: deal, stage: "lead_validation", options: any, fields: ["source": "Fair"])
        try show(book, deal)
        try tell("force without a reason") { try advance("needs_analysis", nil, true) }
        try tell("force as a rep") { try advance("needs_analysis", "I want to", true) }
        let way = try book.needsUntil(id: deal, stage: "won", options: any)
        let checks = way.missing.compactMap(\.check).joined(separator: ", ")
        print("until won: \(way.missing.count) missing, of which to check off \(checks)")
    }

    private func show(_ book: Fieldbook, _ deal: String) throws {
        let standing = try book.dealStanding(id: deal, options: any)
        let gate = standing.ahead.map { "\($0.kind) to \($0.toStage) \($0.outcome)" } ?? "nothing"
        let missing = standing.ahead?.missing.map(\.criterion).joined(separator: " ") ?? ""
        let losing = standing.losing.map(\.stage).joined(separator: " ")
        let days = standing.daysInStage.map { String($0) } ?? "no"
        print(
            "\(standing.deal.title) in \(stage(standing)), \(days) days, overdue \(standing.overdue.spoken), "
                + "ahead \(gate): \(missing.isEmpty ? "none" : missing); lost to it \(losing.isEmpty ? "none" : losing)"
        )
    }

    private func stage(_ standing: DealStanding) -> String { standing.stage?.id ?? "none" }

    private func tell(_ what: String, _ call: () throws -> Void) throws {
        do {
            try call()
            print("NOT refused, \(what)")
        } catch DealError.Refused(let refusal) {
            let missing = refusal.verdict?.missing.map(\.criterion).joined(separator: " ") ?? "no gate"
            print("refused, \(what): \(refusal.code) \(missing)")
        }
    }
}
