import FieldbookGenerated
import Foundation

/// Records: written, read, listed and found.
extension Book {
    /// Creates a record and returns it. Its id is final: no server is asked.
    ///
    /// Throws `BookError.BadField` if a field is unknown, missing or malformed; nothing is written then.
    public func add(_ kind: Kind, _ fields: [String: FieldValue]) async throws(BookError) -> Record {
        try await book { try $0.add(kind: kind, fields: fields) }
    }

    /// Writes the fields of `patch` and leaves the others; nil clears one.
    ///
    /// Throws `BookError.BadField` if a field does not accept its value, and `BookError.Deleted` for a deleted record.
    public func set(_ id: String, _ patch: [String: FieldValue]) async throws(BookError) -> Record {
        try await book { try $0.set(id: id, patch: patch) }
    }

    /// Deletes a record: it leaves lists and search, and ``undelete(_:)`` restores it.
    public func delete(_ id: String) async throws(BookError) -> Record { try await book { try $0.delete(id: id) } }

    /// Restores a deleted record.
    public func undelete(_ id: String) async throws(BookError) -> Record { try await book { try $0.undelete(id: id) } }

    /// The record with this id, deleted or not.
    ///
    /// Throws `BookError.NoSuchRecord` if the book does not hold it, for example after a hand-over.
    public func record(_ id: String) async throws(BookError) -> Record { try await book { try $0.record(id: id) } }

    /// The fields of a record by name, in the form that ``set(_:_:)`` takes.
    public func fields(_ id: String) async throws(BookError) -> [String: FieldValue] {
        try await book { try $0.fields(id: id) }
    }

    /// One page of a list, of 1 to 100 records.
    public func list(_ query: Query) async throws(BookError) -> Page { try await book { try $0.list(query: query) } }

    /// The sites of an account, by name.
    public func sites(of account: String) async throws(BookError) -> [Record] {
        try await book { try $0.sitesOf(account: account) }
    }

    /// The records that contain all words of `text` by their beginnings, the best match first, at most `limit`.
    public func search(_ text: String, kind: Kind? = nil, limit: Int = 100) async throws(BookError) -> [Record] {
        try await book { try $0.search(text: text, kind: kind, limit: UInt32(clamping: limit)) }
    }

    /// The sites at most `withinM` metres from `place`, the nearest first, at most `limit`.
    public func near(_ place: Place, withinM: Double, limit: Int = 100) async throws(BookError) -> [NearbySite] {
        try await book { try $0.near(at: place, withinM: withinM, limit: UInt32(clamping: limit)) }
    }

    /// The values that are not shown because others were written at the same time, of at most `limit` records.
    public func conflicts(after record: String? = nil, limit: Int = 100) async throws(BookError) -> [ConflictShown] {
        try await book { try $0.conflicts(after: record, limit: UInt32(clamping: limit)) }
    }

    /// The records that are in the book twice, at most `limit` groups.
    public func duplicates(limit: Int = 100) async throws(BookError) -> [DuplicateGroup] {
        try await book { try $0.duplicates(limit: UInt32(clamping: limit)) }
    }

    /// Merges a duplicate into the record that stays: what hangs on `drop` moves to `keep`.
    ///
    /// Throws `BookError.WrongKind` for records of two kinds.
    public func merge(_ drop: String, into keep: String) async throws(BookError) -> Merged {
        try await book { try $0.merge(keep: keep, drop: drop) }
    }

    /// Merges all records that share a key of another system, each into the oldest.
    public func mergeKeyed() async throws(BookError) -> [String] {
        try await book { try $0.mergeKeyed() }
    }

    /// All changes of a record, the oldest first.
    public func history(_ id: String) async throws(BookError) -> [HistoryEntry] {
        try await book { try $0.history(id: id) }
    }

    /// Writes `field` again as the change `change` wrote it: the losing side of a conflict, or an older value.
    ///
    /// Throws `BookError.NoSuchChange` if that change did not write the field.
    public func restore(_ id: String, field: String, to change: String) async throws(BookError) -> Record {
        try await book { try $0.restore(id: id, field: field, to: change) }
    }

    /// Imports a `.csv` or `.json` file, also compressed. Importing it twice changes nothing the second time.
    ///
    /// Throws `ImportFault.File` if no record of it can be read. A bad line is in the report and hurts no other.
    public func importFile(_ file: URL, _ kind: ImportKind) async throws(ImportFault) -> ImportReport {
        try await run(ImportFault.self) { try $0.importFile(path: file.path, kind: kind) }
    }

    /// Writes all accounts or visits to a file, which is created or replaced, and returns the number of records.
    ///
    /// Throws `BookError.CannotWrite` if the file cannot be written.
    public func exportFile(_ file: URL, _ what: ExportKind, _ format: ExportFormat) async throws(BookError) -> UInt64 {
        try await book { try $0.exportFile(path: file.path, what: what, format: format) }
    }
}
