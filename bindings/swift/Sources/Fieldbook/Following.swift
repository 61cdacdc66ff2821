@_exported import FieldbookGenerated
import Foundation

extension Book {
    /// The records touched after sequence number `since` (0: all), in batches, as it happens, by this app or by a sync.
    ///
    /// Nothing is fetched that the reader has not asked for. When the reading task is cancelled, a waiting call wakes at
    /// once and the sequence ends. Go on after a restart from the `latest` that was handled last.
    public func changes(since: UInt64 = 0) -> Following { core.changes(since: since) }

    /// The sequence number of the latest change in the book: to follow only what comes from now on.
    public func latestChange() async throws(BookError) -> UInt64 {
        try await book { core in
            var latest: UInt64 = 0
            while true {
                let batch = try core.changesSince(since: latest)
                latest = batch.latest
                if batch.entries.isEmpty { return latest }
            }
        }
    }
}

extension Fieldbook {
    /// The records touched after sequence number `since` (0: all), in batches, as it happens, by this app or by a sync.
    public func changes(since: UInt64) -> Following { Following { self.feed(since: since) } }
}

extension ChangeFeed {
    /// The changes of this feed, for one reader. Stopping the feed ends them.
    public var changes: Following { Following { self } }
}

/// The changes of a book, for any number of readers, each with a feed of its own.
public struct Following: AsyncSequence, Sendable {
    /// The records touched since the last batch.
    public typealias Element = Changes

    let open: @Sendable () -> ChangeFeed

    /// An iterator over a feed of its own.
    public func makeAsyncIterator() -> Iterator { Iterator(feed: open()) }

    /// One reader of the changes.
    public struct Iterator: AsyncIteratorProtocol {
        let feed: ChangeFeed

        /// Waits for the next batch; nil when the feed is stopped or the reading task cancelled.
        public mutating func next() async throws(BookError) -> Changes? {
            let feed = feed
            let result: Result<Changes?, BookError> = await withTaskCancellationHandler {
                await withCheckedContinuation { waiting in
                    // A thread of its own: a reader waits for hours, and no queue has that many threads.
                    Thread.detachNewThread { waiting.resume(returning: outcome { try feed.next() }) }
                }
            } onCancel: {
                feed.stop()
            }
            return try result.get()
        }
    }
}
