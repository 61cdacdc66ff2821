import Fieldbook

/// One feed of the book for all screens; it runs while somebody listens.
@MainActor final class News {
    private let book: Book
    private var listeners: [Int: AsyncStream<Void>.Continuation] = [:]
    private var serial = 0
    private var feed: Task<Void, Never>?

    init(book: Book) { self.book = book }

    // A listener that ends together with the repository is not heard of any more, and the feed holds the book open.
    deinit { feed?.cancel() }

    /// A stream with an element for every change from now on; changes in quick succession are one.
    func listen() -> AsyncStream<Void> {
        serial += 1
        let id = serial
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        listeners[id] = continuation
        continuation.onTermination = { [weak self] _ in
            Task { @MainActor in self?.leave(id) }
        }
        if feed == nil { feed = Task { [weak self, book] in await News.follow(book) { self?.tell() } } }
        return stream
    }

    private func leave(_ id: Int) {
        listeners[id] = nil
        if listeners.isEmpty {
            feed?.cancel()
            feed = nil
        }
    }

    private func tell() {
        for listener in listeners.values { listener.yield() }
    }

    /// Calls `tell` for each batch of changes. A book that cannot be read says so at the next call of a screen.
    private static func follow(_ book: Book, tell: () -> Void) async {
        guard let latest = try? await book.latestChange() else { return }
        var changes = book.changes(since: latest).makeAsyncIterator()
        while let batch = try? await changes.next(), !batch.entries.isEmpty { tell() }
    }
}
