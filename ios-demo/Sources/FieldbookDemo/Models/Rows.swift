/// The weight of a row or a notice.
public enum Tone: Sendable {
    /// As most are.
    case plain
    /// The one that matters now.
    case accent
    /// Over and done with.
    case faded
    /// Something to look at.
    case warning
    /// All is well.
    case good
}

/// A row of a list as every screen shows one, with its texts in the rep's language.
public struct Row: Identifiable, Hashable, Sendable {
    /// The identity of the row in its list.
    public let id: String
    /// A letter or number in a round badge.
    public var badge: String?
    /// A line above the title.
    public var overline: String?
    /// The line that names the thing.
    public var title: String
    /// Lines right below the title that need the rep.
    public var alert: String?
    /// Lines below the title.
    public var detail: String?
    /// A word at the end of the row.
    public var trailing: String?
    /// The weight of the row.
    public var tone: Tone = .plain
    /// The customer that a tap leads to; nil for a row that leads nowhere.
    public var account: String?
}

/// Runs `work`; returns the sentence about why the core refused it, or nil when all went well or it was cancelled.
@MainActor func refusal(_ work: @MainActor () async throws -> Void) async -> Message? {
    do {
        try await work()
        return nil
    } catch is CancellationError {
        return nil
    } catch {
        return sentence(about: error)
    }
}

/// Calls `load` now and a moment after each change, until the task is cancelled.
@MainActor func follow(_ repository: BookRepository, _ load: @MainActor () async -> Void) async {
    let changes = repository.changes()
    await load()
    for await _ in changes {
        // A sync makes many changes in quick succession: they are shown together.
        do { try await Task.sleep(for: .milliseconds(150)) } catch { return }
        await load()
    }
}
