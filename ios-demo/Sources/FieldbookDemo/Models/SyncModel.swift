import Fieldbook
import Foundation
import Observation

/// What is unsent, what needs the rep, and a sync at the rep's wish.
@MainActor @Observable public final class SyncModel {
    /// The state of the book; nil until it was read.
    public private(set) var status: Status?
    /// The values that are not shown because others were written at the same time.
    public private(set) var conflicts: [ConflictShown] = []
    /// The latest lines of the trace, the newest first.
    public private(set) var log: [LogEntry] = []
    /// `true` while a sync runs.
    public private(set) var isSyncing = false
    /// The counts of the sync that ended last.
    public private(set) var report: SyncReport?
    /// The last refusal.
    public private(set) var message: Message?

    private let app: AppModel
    private let repository: BookRepository
    private var running: Task<Void, Never>?

    /// A model of the book's sync.
    public init(app: AppModel, repository: BookRepository) { (self.app, self.repository) = (app, repository) }

    /// Shows the state and follows its changes, until the task is cancelled.
    public func run() async { await follow(repository) { await attempt { try await load() } } }

    /// Syncs now, until it ends or ``stop()`` is called.
    public func sync() async {
        guard running == nil else { return }
        (isSyncing, message, report) = (true, nil, nil)
        let task = Task {
            await attempt { report = try await repository.book.syncNow() }
        }
        running = task
        await task.value
        (running, isSyncing) = (nil, false)
        await attempt { try await load() }
    }

    /// Stops the sync. The request under way ends on its own; what the server acknowledged is kept.
    public func stop() { running?.cancel() }

    private func attempt(_ work: @MainActor () async throws -> Void) async {
        if let refused = await refusal(work) { message = refused }
    }

    private func load() async throws {
        status = try await repository.book.status()
        conflicts = try await repository.book.conflicts()
        log = try await repository.book.log(limit: 20)
    }
}

/// The sync in words.
extension SyncModel {
    /// The number of unsent edits as a sentence.
    public var unsent: Message {
        let count = Int(status?.unsent ?? 0)
        return count == 0 ? Message(.allSent) : Message(counting: count, .unsentEdits)
    }

    /// The age of the oldest unsent edit as a sentence; nil when there is none.
    public var oldest: Message? {
        status?.oldestUnsentAt.map { Message(.oldestUnsent, .message(since($0))) }
    }

    /// The time since the last sync as a sentence.
    public var lastSync: Message {
        status?.lastSyncAt.map { Message(.lastSync, .message(since($0))) } ?? Message(.neverSynced)
    }

    /// `true` if the book has joined a server.
    public var isJoined: Bool { status?.serverUrl != nil }

    /// The counts of the last sync as a sentence; nil before one ended well.
    public var reportSentence: Message? {
        report.map { Message(.syncReport, .number(Int($0.accepted)), .number(Int($0.received))) }
    }

    /// Refused edits and conflicts as rows; one row that says so when there is none.
    public func attention(_ texts: Texts) -> [Row] {
        var rows: [Row] = []
        if let refused = status?.refused, refused > 0 {
            let title = texts(Message(counting: Int(refused), .refusedEdits))
            rows.append(Row(id: "refused", title: title, detail: texts(.refusedHint), tone: .warning))
        }
        rows += conflicts.map { conflict in
            let detail = texts(
                .twoValues, .message(fieldName(conflict.field)), .text(texts.value(conflict.shown)),
                .text(texts.value(conflict.lost)))
            return Row(
                id: "\(conflict.record) \(conflict.field) \(conflict.change)", title: conflict.title, detail: detail,
                tone: .warning, account: conflict.kind == .account ? conflict.record : nil)
        }
        return rows.isEmpty ? [Row(id: "nothing", title: texts(.nothingNeedsAttention), tone: .good)] : rows
    }

    /// The trace as rows.
    public func logRows(_ texts: Texts) -> [Row] {
        log.enumerated().map { index, entry in
            Row(id: "\(index)", overline: texts.timeOfDay(entry.at), title: entry.event)
        }
    }

    private func since(_ date: Date) -> Message { age(Int64(app.clock.now().timeIntervalSince(date))) }
}
