import Fieldbook
import Foundation
import FieldbookDemo
import Testing

@MainActor @Suite struct DealsAndTasksTests {
    let phone: Phone

    init() throws { phone = try Phone() }

    @Test func dealsAreFilteredByStageAndMovedToAnother() async throws {
        await phone.start()
        try await phone.sample()
        try await moveAnIceBox()
        try await phone.killAndReturn()
        #expect(phone.deals().stage == "negotiation")
    }

    private func moveAnIceBox() async throws {
        let deals = phone.deals()
        try await showing(deals.run) { try await wait { !deals.isLoading } }
        let count = { (stage: String) in deals.stages.first { $0.name == stage }?.count ?? 0 }
        #expect(count("negotiation") == 4)
        deals.stage = "negotiation"
        #expect(deals.coming.count + deals.past.count == 4)
        let days = deals.coming.map { $0.deal.closeOn ?? "9999" }
        #expect(days == days.sorted() && days.allSatisfy { $0 >= "2026-11-25" })
        let ice = try #require(deals.all.first { $0.deal.name == "Ice boxes" })
        await deals.move(ice.id, to: "won")
        #expect(count("negotiation") == 3 && deals.message == nil)
    }

    @Test func aDealIsShownWithItsAmountItsDayAndItsCustomer() async throws {
        await phone.start()
        try await phone.sample()
        let deals = phone.deals()
        try await showing(deals.run) { try await wait { !deals.isLoading } }
        let deal = try #require(deals.all.first { $0.deal.name == "Key-cutting stand" })
        let row = deals.row(deal, phone.app.texts)
        #expect(row.overline?.contains("Penrose") == true && row.detail?.contains("negotiation") == true)
        #expect(row.trailing == "£1,250.00")
    }

    @Test func tasksAreWrittenDoneAndOpenedAgain() async throws {
        await phone.start()
        try await phone.sample()
        do {
            let tasks = phone.tasks()
            try await showing(tasks.run) { try await wait { !tasks.isLoading } }
            #expect(tasks.open.map(\.task.name) == ["Bring the winter price list", "Ring about the display"])
            #expect(tasks.row(tasks.open[0], phone.app.texts).tone == .warning, "it was due yesterday")
            #expect(tasks.done.map(\.task.name) == ["Order sample bags"])
            tasks.draft = "Buy a map"
        }
        try await phone.killAndReturn()
        let again = phone.tasks()
        #expect(again.draft == "Buy a map" && again.canAdd)
        await again.add()
        #expect(again.draft.isEmpty && !again.canAdd && again.open.count == 3)
        let ring = try #require(again.open.first { $0.task.name == "Ring about the display" })
        await again.mark(ring.id, isDone: true)
        #expect(again.done.first?.id == ring.id && again.done.first?.task.doneAt == phone.now)
        await again.mark(ring.id, isDone: false)
        #expect(again.open.contains { $0.id == ring.id } && again.done.count == 1)
    }

    @Test func aTaskThatIsTooLongIsRefusedAndTheDraftIsKept() async throws {
        await phone.start()
        let tasks = phone.tasks()
        tasks.draft = String(repeating: "x", count: 2_001)
        await tasks.add()
        #expect(tasks.message == Message(.errorFieldTooLong, .message(Message(.fieldName))))
        #expect(tasks.draft.count == 2_001)
    }
}
