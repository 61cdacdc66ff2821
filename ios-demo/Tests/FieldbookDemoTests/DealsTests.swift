import Fieldbook
import Foundation
import Testing

@testable import FieldbookDemo

@MainActor @Suite struct DealsTests {
    let phone: Phone

    init() throws { phone = try Phone() }

    @Test func aDealOfAnotherSystemIsPlacedWhereItStandsWithAReason() async throws {
        await phone.start()
        try await phone.sample()
        try await chooseAStageAndExplain()
        try await phone.killAndReturn()
        let deals = phone.deals()
        #expect(deals.stage == "negotiation")
        try await showing(deals.run) { try await wait { !deals.isLoading } }
        let ice = try #require(deals.all.first { $0.deal.name == "Ice boxes" })
        let move = phone.move(ice.id, to: "negotiation")
        #expect(move.why == "It was there in the old system")
        await move.move(force: true)
        #expect(move.message == nil && move.isDone)
        try await showing(deals.run) {
            try await wait { deals.all.contains { $0.id == ice.id && $0.standing.daysInStage == 0 } }
        }
        let row = try #require(deals.all.first { $0.id == ice.id })
        #expect(deals.row(row, phone.app.texts).detail?.contains("To move to “Won”:") == true)
    }

    private func chooseAStageAndExplain() async throws {
        let deals = phone.deals()
        try await showing(deals.run) { try await wait { !deals.isLoading } }
        #expect(deals.stages.map(\.stage).prefix(2) == ["lead_validation", "needs_analysis"])
        #expect(deals.stages.first { $0.stage == "negotiation" }?.count == 4)
        deals.stage = "negotiation"
        #expect(deals.coming.count + deals.past.count == 4)
        let days = deals.coming.map { $0.deal.closeOn ?? "9999" }
        #expect(days == days.sorted() && days.allSatisfy { $0 >= "2026-11-25" })
        let ice = try #require(deals.all.first { $0.deal.name == "Ice boxes" })
        #expect(ice.standing.targets.contains { $0.id == "negotiation" } && !ice.standing.isOpen(to: "negotiation"))
        let move = phone.move(ice.id, to: "negotiation")
        try await showing(move.run) { try await wait { move.verdict != nil } }
        let missing = try #require(move.verdict).missing.map { phone.app.texts.sentence(about: $0) }
        #expect(missing.contains("visit the customer") && missing.contains("fill in “Source”"))
        await move.move(force: true)
        #expect(move.message == Message(.errorNoReason) && !move.isDone)
        move.why = "It was there in the old system"
    }

    @Test func whatTheGateAsksForIsFilledInAndCheckedOffAndTheDealMoves() async throws {
        await phone.start()
        let deal = try await phone.book.add(.opportunity, ["name": "Hospital"]).id
        let enter = phone.move(deal, to: "lead_validation")
        try await showing(enter.run) { try await wait { enter.verdict != nil } }
        #expect(enter.verdict?.missing.map { enter.isField($0) } == [true])
        await enter.move()
        #expect(enter.message == Message(.errorGate) && !enter.isDone)
        enter["source"] = "Trade fair"
        await enter.move()
        #expect(enter.isDone)
        let demo = phone.move(deal, to: "needs_analysis")
        demo[check: "needs_written"] = true
        await demo.move()
        #expect(demo.message == Message(.errorGate) && demo[check: "needs_written"])
        let kept = try await phone.book.record(deal).opportunity
        #expect(kept?.source == "Trade fair" && kept?.stage == "lead_validation")
    }

    @Test func aDealThatWasWonIsNotPastItsClosingDay() async throws {
        await phone.start()
        _ = try await phone.book.add(.opportunity, ["name": "Old", "stage": "won", "close_on": "2026-11-01"])
        _ = try await phone.book.add(.opportunity, ["name": "Late", "stage": "negotiation", "close_on": "2026-11-01"])
        let deals = phone.deals()
        try await showing(deals.run) { try await wait { !deals.isLoading } }
        #expect(deals.past.map(\.deal.name) == ["Late"] && deals.closed.map(\.deal.name) == ["Old"])
    }

    @Test func anOpenGateIsPassedByOneTap() async throws {
        await phone.start()
        let deal = try await phone.book.add(
            .opportunity, ["name": "Hospital", "source": "Fair", "lost_reason": "price"])
        _ = try await phone.book.advance(deal.id, to: "lead_validation")
        let deals = phone.deals()
        try await showing(deals.run) { try await wait { !deals.isLoading } }
        #expect(deals.all[0].standing.isOpen(to: "lost"))
        await deals.move(deal.id, to: "lost")
        #expect(deals.message == nil && deals.closed.map(\.id) == [deal.id])
    }

    @Test func aDealIsShownWithItsAmountItsDayItsCustomerAndItsGate() async throws {
        await phone.start()
        try await phone.sample()
        let deals = phone.deals()
        try await showing(deals.run) { try await wait { !deals.isLoading } }
        let deal = try #require(deals.all.first { $0.deal.name == "Key-cutting stand" })
        let row = deals.row(deal, phone.app.texts)
        #expect(row.overline?.contains("Penrose") == true && row.trailing == "£1,250.00")
        #expect(row.detail?.contains("Negotiation and signing · Not in your company’s process yet") == true)
        let chinese = Texts(language: "zh-CN", zone: .gmt)
        #expect(deals.row(deal, chinese).detail?.contains("谈判签约") == true)
    }
}

/// Four deals: one without its process here, one whose customer is elsewhere, one moved twice at once, one stalled.
@MainActor func rowsInTrouble(_ phone: Phone) async throws -> [DealRow] {
    var rows: [DealRow] = []
    for (name, day) in [
        ("Newer process", "2026-12-18"), ("Customer elsewhere", "2026-12-11"), ("Moved twice", "2026-12-09"),
        ("Stood for weeks", "2026-12-04"),
    ] {
        let deal = try await phone.book.add(
            .opportunity,
            ["name": .text(name), "source": "Fair", "amount": "1200 GBP", "close_on": .text(day)])
        _ = try await phone.book.advance(deal.id, to: "lead_validation")
        var standing = try await phone.book.dealStanding(deal.id)
        switch name {
        case "Newer process": (standing.process, standing.stage, standing.ahead, standing.next) = (nil, nil, nil, [])
        case "Customer elsewhere":
            var gate = try #require(standing.ahead)
            gate.unknown = gate.missing.prefix(1).map {
                var unmet = $0
                unmet.because = .unknownHere(needs: ["account"])
                return unmet
            }
            (gate.missing, gate.outcome) = ([], .unknown)
            standing.ahead = gate
        case "Moved twice": standing.losing = [LosingMove(moveId: "m", stage: "lost")]
        default: (standing.daysInStage, standing.overdue) = (34, true)
        }
        let opportunity = try #require(standing.deal.opportunity)
        rows.append(DealRow(id: deal.id, deal: opportunity, account: "Averley Fish Market", standing: standing))
    }
    return rows
}
