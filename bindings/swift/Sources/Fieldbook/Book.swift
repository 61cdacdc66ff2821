import FieldbookGenerated
import Foundation

/// A rep's book for tasks and actors: the calls of `Fieldbook`, asynchronous, with the errors that each may throw.
///
/// Any number of tasks may use one book. No call blocks the caller's thread or the shared pool: each runs on a queue of the
/// book's own. What a call returned from is on the disk. A short call runs to its end also in a cancelled task; cancelling
/// one that takes long (``syncNow(deadline:)``, ``planDay(_:)``) tells the core to end it.
///
/// The file is released with the last reference to the book and to its plans.
public final class Book: Sendable {
    /// The book with blocking calls, for those that are not here.
    public let core: Fieldbook
    let blocking: Blocking

    /// A book over an open `core`, whose calls run on `queue`.
    ///
    /// The queue should be concurrent: a sync on a serial one would hold up every list until it ends.
    public init(core: Fieldbook, queue: DispatchQueue = Book.makeQueue()) {
        self.core = core
        blocking = Blocking(queue: queue)
    }

    /// Opens the book in the file at `file`, or creates it, waiting up to `wait` for another process that has it open.
    ///
    /// A damaged file is moved aside and its contents are recovered; see ``recovery()``. A file of another program or of a
    /// newer version is not touched.
    ///
    /// With a `key` of 32 random bytes, which the keychain keeps, the file is encrypted; one that is not yet is encrypted in
    /// its place. That needs a library that was built with encryption.
    public static func open(
        at file: URL, wait: Duration = .seconds(5), key: Data? = nil
    ) async throws(StoreError) -> Book {
        let blocking = Blocking(queue: makeQueue())
        let core = try await blocking.run(StoreError.self) {
            try Fieldbook.open(path: file.path, waitMs: wait.wholeMilliseconds, key: key)
        }
        return Book(core: core, queue: blocking.queue)
    }

    /// A new concurrent queue that may block, at the priority of what a person waits for.
    public static func makeQueue() -> DispatchQueue {
        DispatchQueue(label: "fieldbook", qos: .userInitiated, attributes: .concurrent)
    }

    /// The result of the recovery when the book was opened from a damaged file; nil if the file was sound.
    public func recovery() -> Recovery? { core.recovery() }

    /// Sets the name of the rep who owns the book, before it has joined a server.
    public func nameRep(_ name: String) async throws(BookError) { try await book { try $0.nameRep(name: name) } }

    /// The state of the book: what is unsent and since when, the last sync, conflicts, counts.
    ///
    /// With `.thorough` the whole file is read and checked.
    public func status(_ checkup: Checkup = .quick) async throws(BookError) -> Status {
        try await book { try $0.status(checkup: checkup) }
    }

    /// Joins the server at `url` with a one-time `code`, in at most 30 seconds. The next sync uploads the book.
    ///
    /// Throws `SyncError.Refused` if the code is unknown, used or expired.
    public func join(url: String, code: String, deviceName: String) async throws(SyncError) -> Joined {
        try await run(SyncError.self) { try $0.join(url: url, code: code, deviceName: deviceName) }
    }

    /// Tells the book the new address of its server, after asking there, in at most 30 seconds.
    ///
    /// Throws `SyncError.Refused` if the server there does not know the book.
    public func moveServer(to url: String) async throws(SyncError) -> Joined {
        try await run(SyncError.self) { try $0.moveServer(url: url) }
    }

    /// Encrypts an encrypted book under another key of 32 random bytes. Keep both keys until this returns: after a crash
    /// meanwhile, one of them opens the book.
    ///
    /// Throws `StoreError.WrongKey` if the book is not encrypted, or `key` has another length.
    public func rekey(_ key: Data) async throws(StoreError) {
        try await run(StoreError.self) { try $0.rekey(key: key) }
    }

    /// Changes the key by which this device signs its requests, in at most 30 seconds: the old one is worth nothing from then on.
    ///
    /// Throws `SyncError.NoConnection` if the answer is lost; the next request finds out which key counts.
    public func rotateKey() async throws(SyncError) {
        try await run(SyncError.self) { try $0.rotateKey() }
    }

    /// Sets how the server is spoken to, until the book is closed.
    ///
    /// `authorities` are certificates in PEM that are trusted besides those of the system, such as a company's own.
    /// `allowHttp` permits plain HTTP to another machine, for tests and demonstrations. Throws `SyncError.BadAuthority`
    /// if the certificates cannot be read.
    public func setNetwork(authorities: String? = nil, allowHttp: Bool = false) async throws(SyncError) {
        try await run(SyncError.self) { try $0.setNetwork(authorities: authorities, allowHttp: allowHttp) }
    }

    /// Syncs until both sides hold the same, for at most `deadline`.
    ///
    /// What the server acknowledged before an error is kept; the rest is sent by the next call. A cancelled task gets
    /// `SyncError.Interrupted` at once, and the request under way ends on its own.
    public func syncNow(deadline: Duration = .seconds(30)) async throws(SyncError) -> SyncReport {
        let core = core
        return try await blocking.run(
            SyncError.self, cancelled: .failure(.Interrupted), interrupt: { core.interruptSync() }
        ) { try core.syncNow(deadlineMs: deadline.wholeMilliseconds) }
    }

    /// The latest `limit` lines of the sync trace, the newest first. They name no person, customer or position.
    public func log(limit: Int = 100) async throws(BookError) -> [LogEntry] {
        try await book { try $0.log(limit: UInt32(clamping: limit)) }
    }

    /// Runs `call` on the book's queue, for calls of ``core`` that are not here.
    ///
    /// Whatever the call throws that is not a `BookError` becomes a defect, `BookError.Store(.Bug(code: 0))`.
    public func book<Value: Sendable>(
        _ call: @escaping @Sendable (Fieldbook) throws -> Value
    ) async throws(BookError) -> Value {
        try await run(BookError.self, call)
    }

    func run<Value: Sendable, Failure: CoreError>(
        _ failure: Failure.Type, _ call: @escaping @Sendable (Fieldbook) throws -> Value
    ) async throws(Failure) -> Value {
        let core = core
        return try await blocking.run(failure) { try call(core) }
    }
}

extension Duration {
    /// The whole milliseconds of a duration; a negative one is 0.
    var wholeMilliseconds: UInt64 {
        let (seconds, attoseconds) = components
        return UInt64(max(0, seconds)) &* 1000 &+ UInt64(max(0, attoseconds / 1_000_000_000_000_000))
    }
}
