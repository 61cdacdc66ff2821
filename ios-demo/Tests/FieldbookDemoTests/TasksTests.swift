import Fieldbook
import Foundation
import FieldbookDemo
import Testing

@MainActor @Suite struct TasksTests {
    let phone: Phone

    init() throws { phone = try Phone() }

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
