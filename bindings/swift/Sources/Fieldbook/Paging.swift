import FieldbookGenerated

extension Book {
    /// The pages of `query` in order; see ``Pages``.
    public func pages(_ query: Query) -> Pages { Pages(book: self, query: query) }

    /// The pages of all records of `kind` that are not deleted, of `pageSize` records each, 1 to 100; see ``Pages``.
    public func pages(_ kind: Kind, pageSize: Int = 100) -> Pages {
        pages(Query(kind: kind, deleted: .hide, limit: UInt32(clamping: pageSize)))
    }
}

/// The pages of a list in order, each fetched when the reader asks for it; the last one has `more == false`.
///
/// A page begins after the last record of the one before, wherever that stands now. A record that is added or renamed
/// meanwhile may be missed or come twice; a reload at the next change shows it in its place. A cancelled reader gets no
/// further page.
public struct Pages: AsyncSequence, Sendable {
    /// One page of the list.
    public typealias Element = Page

    let book: Book
    let query: Query

    /// An iterator from the first page on. Each one reads for itself.
    public func makeAsyncIterator() -> Iterator { Iterator(book: book, next: query) }

    /// One reading of the list.
    public struct Iterator: AsyncIteratorProtocol {
        let book: Book
        var next: Query?

        /// The next page; nil after the last one, and in a cancelled task.
        public mutating func next() async throws(BookError) -> Page? {
            guard var query = next, !Task.isCancelled else { return nil }
            let page = try await book.list(query)
            query.after = page.records.last?.id
            next = page.more && query.after != nil ? query : nil
            return page
        }
    }
}
