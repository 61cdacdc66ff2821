import Fieldbook
import Foundation

/// The screens' view of the book. Every edit asks for a background sync; nothing here decides anything.
@MainActor public final class BookRepository {
    /// The book, for what is not here.
    public let book: Book
    private let scheduler: any SyncScheduler
    private let news: News

    /// A repository over an open book.
    public init(book: Book, scheduler: any SyncScheduler) {
        (self.book, self.scheduler, news) = (book, scheduler, News(book: book))
    }

    /// A stream with an element for every change from now on, by this app or a sync.
    public func changes() -> AsyncStream<Void> { news.listen() }

    /// The display names of records, without those that have left the book.
    public func titles(_ ids: some Sequence<String>) async throws -> [String: String] {
        let ids = Set(ids)
        return try await book.book { core in
            var titles: [String: String] = [:]
            for id in ids { titles[id] = try? core.record(id: id).title }
            return titles
        }
    }

    /// All records of a kind.
    public func all(_ kind: Kind) async throws -> [Record] {
        var records: [Record] = []
        for try await page in book.pages(kind) { records += page.records }
        return records
    }

    /// The records of one kind that belong to an account, at most 100.
    public func records(of account: String, _ kind: Kind) async throws -> [Record] {
        try await book.list(Query(kind: kind, account: account, deleted: .hide)).records
    }

    /// The standings of deals in the company's process, without those that have left the book.
    public func standings(_ deals: [String], zone: TimeZone) async throws -> [DealStanding] {
        let options = DealOptions(zone: zone.identifier)
        return try await book.book { core in
            try deals.compactMap { deal in
                do { return try core.dealStanding(id: deal, options: options) } catch BookError.NoSuchRecord {
                    return nil  // it left between the list and this call
                } catch BookError.Deleted { return nil }
            }
        }
    }

    /// Runs an edit, then asks for a background sync.
    public func edit<Value: Sendable>(_ work: @MainActor () async throws -> Value) async throws -> Value {
        let value = try await work()
        scheduler.soon()
        return value
    }

    /// Shows the losing value of a conflict from now on; the other one stays in the history.
    public func use(_ conflict: ConflictShown) async throws {
        _ = try await edit { try await book.restore(conflict.record, field: conflict.field, to: conflict.change) }
    }

    /// Fills an empty book with the sample's customers, people and deals.
    public func importSample(_ sample: any SampleFiles) async throws {
        try await edit {
            _ = try await book.importFile(sample.file("accounts.csv"), .accounts)
            _ = try await book.importFile(sample.file("contacts.csv"), .contacts)
            _ = try await book.importFile(sample.file("opportunities.csv"), .opportunities)
        }
    }
}
