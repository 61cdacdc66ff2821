import Fieldbook
import Foundation
import Observation

/// A task in the list.
public struct TaskRow: Identifiable, Hashable, Sendable {
    /// The id of the task.
    public let id: String
    /// The task.
    public let task: SalesTask
    /// The name of the customer that the task concerns; nil for none.
    public let account: String?

    /// `true` if the task is done.
    public var isDone: Bool { task.doneAtMs != nil }
}

/// The rep's tasks.
@MainActor @Observable public final class TasksModel {
    /// The open tasks, the soonest due first.
    public private(set) var open: [TaskRow] = []
    /// The tasks that are done, the latest first.
    public private(set) var done: [TaskRow] = []
    /// The new task, as it is being written; it outlives the process.
    public var draft: String {
        didSet { saved["draft"] = draft.isEmpty ? nil : draft }
    }
    /// `true` until the book was read.
    public private(set) var isLoading = true
    /// The last refusal.
    public private(set) var message: Message?

    private let app: AppModel
    private let repository: BookRepository
    private let saved: SavedPart

    /// A model of all tasks.
    public init(app: AppModel, repository: BookRepository, saved: SavedPart) {
        (self.app, self.repository, self.saved) = (app, repository, saved)
        draft = saved["draft"] ?? ""
    }

    /// Shows the tasks and follows their changes, until the task is cancelled.
    public func run() async { await follow(repository) { await attempt { try await load() } } }

    /// `true` if there is something to add.
    public var canAdd: Bool { !draft.trimmingCharacters(in: .whitespaces).isEmpty }

    /// Adds the task that was written.
    public func add() async {
        guard canAdd else { return }
        let name = draft.trimmingCharacters(in: .whitespaces)
        await attempt {
            _ = try await repository.edit { try await repository.book.add(.task, ["name": .text(name)]) }
            draft = ""
            try await load()
        }
    }

    /// Marks a task as done now, or as open again.
    public func mark(_ task: String, isDone: Bool) async {
        let doneAt: FieldValue = isDone ? .date(app.clock.now()) : nil
        await attempt {
            _ = try await repository.edit { try await repository.book.set(task, ["done_at": doneAt]) }
            try await load()
        }
    }

    private func attempt(_ work: @MainActor () async throws -> Void) async {
        message = await refusal(work)
        isLoading = false
    }

    private func load() async throws {
        let records = try await repository.all(.task)
        let names = try await repository.titles(records.compactMap(\.task?.accountId))
        let rows = records.compactMap { record in
            record.task.map { TaskRow(id: record.id, task: $0, account: $0.accountId.flatMap { names[$0] }) }
        }
        open = rows.filter { !$0.isDone }.sorted { ($0.task.dueOn ?? "9999") < ($1.task.dueOn ?? "9999") }
        done = rows.filter(\.isDone).sorted { ($0.task.doneAtMs ?? 0) > ($1.task.doneAtMs ?? 0) }
    }
}

extension TasksModel {
    /// A task as a row.
    public func row(_ row: TaskRow, _ texts: Texts) -> Row {
        let today = app.clock.now().calendarDay(in: app.clock.zone)
        let isLate = !row.isDone && (row.task.dueOn.map { $0 < today } ?? false)
        let due = row.task.dueOn.map { texts(isLate ? .wasDue : .due, .text(texts.day($0))) }
        let detail = [due, row.account].compactMap { $0 }.joined(separator: " · ")
        return Row(
            id: row.id, title: row.task.name, detail: detail.isEmpty ? nil : detail,
            tone: row.isDone ? .faded : isLate ? .warning : .plain)
    }
}
