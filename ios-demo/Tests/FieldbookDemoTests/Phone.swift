import Fieldbook
import Foundation
import Testing

@testable import FieldbookDemo

/// The top of the checkout.
let checkout = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "../../..").standardized

/// A phone that is where the test says.
@MainActor final class StandInLocation: LocationSource {
    var access = LocationAccess.precise
    var place: Place?
    var accuracyM = 8.0
    var asked = 0
    /// The seconds by which the clock of its fixes runs ahead.
    var aheadS = 0.0

    func requestAccess() async { asked += 1 }

    func fixes() async -> [RawFix] {
        place.map { [RawFix(at: .now.addingTimeInterval(aheadS), lat: $0.lat, lon: $0.lon, accuracyM: accuracyM)] }
            ?? []
    }

    func tapClock() -> TapClock { TapClock() }
}

/// Counts what it was asked for.
@MainActor final class StandInScheduler: SyncScheduler {
    var syncsSoon = 0
    var syncsRegularly = 0

    func soon() { syncsSoon += 1 }
    func regularly() { syncsRegularly += 1 }
}

/// The shipped sample, where it lies in the checkout.
struct CheckoutSample: SampleFiles {
    func file(_ name: String) -> URL { checkout.appending(path: "cli/sample/\(name)") }
}

/// The whole app without its views, over the real core, with a book of the test's own.
///
/// The screens' clock stands still, so that pictures are alike on any day; the core reads its own.
@MainActor final class Phone {
    let folder: URL
    let location = StandInLocation()
    let scheduler = StandInScheduler()
    var now = Date(unixMilliseconds: 1_795_594_800_000)  // 2026-11-25T08:20:00Z
    private(set) var state = SavedState()
    private(set) var app: AppModel!

    let market = Place(lat: 50.729328, lon: -2.836995)

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    var file: URL { folder.appending(path: "book.db") }

    /// Starts the app, as if its icon had been tapped.
    @discardableResult func start() async -> AppModel {
        let settings = SettingsStore(defaults: UserDefaults(suiteName: folder.lastPathComponent)!)
        let now = now
        app = AppModel(
            file: file, settings: settings, location: location, scheduler: scheduler, sample: CheckoutSample(),
            clock: AppClock(now: { now }, zone: .gmt))
        await app.open()
        return app
    }

    /// Ends the process and starts the app with what the system kept for it.
    ///
    /// The file is released with the last screen of the old process: a test must hold none.
    func killAndReturn() async throws {
        app = nil
        state = SavedState(encoded: state.encoded)
        await start()
        _ = try #require(app.repository, "the old process still has the book open")
    }

    var repository: BookRepository { app.repository! }
    var book: Book { repository.book }

    /// One customer in `every` of the shipped sample with their people and deals, and three tasks.
    func sample(every: Int = 1) async throws {
        let sample = CheckoutSample()
        let lines = try String(contentsOf: sample.file("accounts.csv"), encoding: .utf8).split(
            whereSeparator: \.isNewline)
        let rows = lines.dropFirst().enumerated().filter { $0.offset % every == 1 % every }.map(\.element)
        let chosen = folder.appending(path: "accounts.csv")
        let text = ([lines[0]] + rows).joined(separator: "\n")
        try text.write(to: chosen, atomically: true, encoding: .utf8)
        try await book.nameRep("Ada")
        _ = try await book.importFile(chosen, .accounts)
        _ = try await book.importFile(sample.file("contacts.csv"), .contacts)
        _ = try await book.importFile(sample.file("opportunities.csv"), .opportunities)
        let market = FieldValue.id(try await account("averley fish"))
        for (name, due) in [("Bring the winter price list", "2026-11-24"), ("Ring about the display", "2026-11-27")] {
            _ = try await book.add(.task, ["name": .text(name), "due_on": .text(due), "account_id": market])
        }
        let done = Date(unixMilliseconds: 1_795_446_000_000)
        _ = try await book.add(.task, ["name": "Order sample bags", "done_at": .date(done)])
    }

    /// The id of the customer that a search finds first.
    func account(_ words: String) async throws -> String {
        try #require(await book.search(words, kind: .account).first).id
    }

    // The screens, each as its view makes it.
    func today() -> TodayModel { TodayModel(app: app, repository: repository, saved: state.part("today")) }
    func accounts() -> AccountsModel { AccountsModel(app: app, repository: repository, saved: state.part("accounts")) }
    func deals() -> DealsModel { DealsModel(app: app, repository: repository, saved: state.part("deals")) }
    func tasks() -> TasksModel { TasksModel(app: app, repository: repository, saved: state.part("tasks")) }
    func sync() -> SyncModel { SyncModel(app: app, repository: repository) }

    func account(id: String) -> AccountModel {
        AccountModel(id: id, zone: app.clock.zone, repository: repository, saved: state.part("account:\(id)"))
    }

    func checkIn(at id: String) -> CheckInModel {
        CheckInModel(account: id, app: app, repository: repository, saved: state.part("check-in:\(id)"))
    }

    func move(_ deal: String, to stage: String) -> MoveModel {
        let saved = state.part("move:\(deal):\(stage)")
        return MoveModel(deal: deal, stage: stage, app: app, repository: repository, saved: saved)
    }

    func settings() -> SettingsModel {
        SettingsModel(app: app, repository: repository, deviceName: "iPhone", saved: state.part("settings"))
    }
}

/// Runs a screen until `work` returns.
@MainActor func showing<Value: Sendable>(
    _ run: @escaping @MainActor () async -> Void, _ work: @MainActor () async throws -> Value
) async rethrows -> Value {
    let screen = Task { await run() }
    defer { screen.cancel() }
    return try await work()
}

/// Waits until `condition` holds; a test that waits for half a minute fails.
@MainActor func wait(
    until condition: @MainActor () throws -> Bool, sourceLocation: SourceLocation = #_sourceLocation
) async throws {
    for _ in 0..<3_000 {
        if try condition() { return }
        try await Task.sleep(for: .milliseconds(10))
    }
    Issue.record("waited in vain", sourceLocation: sourceLocation)
}
