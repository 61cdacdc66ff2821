@_exported import FieldbookGenerated
import Foundation

extension Fieldbook {
    /// What is touched behind number `since` (0: everything), in batches, as it happens, whoever did it: this app or a
    /// sync.
    ///
    /// Nothing is fetched that the reader has not asked for. When the reading task is cancelled, a waiting call wakes at
    /// once. Go on after a restart from the `latest` that was handled last.
    public func changes(since: UInt64) -> Following { feed(since: since).changes }
}

extension ChangeFeed {
    /// The changes of this feed. Stopping the feed ends them.
    public var changes: Following { Following(feed: self) }
}

/// The changes of one feed, for one reader.
public struct Following: AsyncSequence, Sendable {
    public typealias Element = Changes

    let feed: ChangeFeed

    public func makeAsyncIterator() -> Iterator { Iterator(feed: feed) }

    public struct Iterator: AsyncIteratorProtocol {
        let feed: ChangeFeed

        public mutating func next() async throws -> Changes? {
            let feed = self.feed
            return try await withTaskCancellationHandler {
                try await withCheckedThrowingContinuation { waiting in
                    // A thread of its own: the shared pool must never be blocked.
                    Thread.detachNewThread { waiting.resume(with: Result { try feed.next() }) }
                }
            } onCancel: {
                feed.stop()
            }
        }
    }
}
