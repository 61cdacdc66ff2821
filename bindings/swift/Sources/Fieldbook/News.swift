@_exported import FieldbookGenerated
import Foundation

extension Feed {
    /// The news of this feed, in batches, as they happen.
    public var news: News { News(feed: self) }
}

/// The news of a feed.
///
/// Nothing is fetched that the reader has not asked for. It ends when the feed is stopped; when the reading task is
/// cancelled, the feed is stopped and a waiting call wakes at once.
public struct News: AsyncSequence, Sendable {
    public typealias Element = [Change]

    let feed: Feed

    public func makeAsyncIterator() -> Iterator { Iterator(feed: feed) }

    public struct Iterator: AsyncIteratorProtocol {
        let feed: Feed

        public mutating func next() async -> [Change]? {
            let feed = self.feed
            return await withTaskCancellationHandler {
                await withCheckedContinuation { waiting in
                    // A thread of its own: the shared pool must never be blocked.
                    Thread.detachNewThread { waiting.resume(returning: feed.next()) }
                }
            } onCancel: {
                feed.stop()
            }
        }
    }
}
