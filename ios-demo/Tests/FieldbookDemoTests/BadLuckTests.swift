import Fieldbook
import Foundation
import FieldbookDemo
import Testing

/// What goes wrong on a phone: nothing is lost, and the rep reads a sentence.
@MainActor @Suite struct BadLuckTests {
    let phone: Phone

    init() throws { phone = try Phone() }

    @Test func killedInAnyScreenTheAppComesBackToIt() {
        let places: [[Destination]] = [
            [], [.account("a-1")], [.account("a-1"), .checkIn("a-1")], [.settings], [.move(deal: "d-1", stage: "won")],
        ]
        for tab in AppTab.allCases {
            for path in places {
                let state = SavedState()
                let router = Router(state: state)
                router.tab = tab
                for destination in path { router.open(destination) }
                let again = Router(state: SavedState(encoded: state.encoded))
                #expect(again.tab == tab && again.path == path)
            }
        }
    }

    @Test func aClockThatJumpsMakesNoNegativeAgeAndAPositionFromItsFutureIsSetAside() async throws {
        phone.now = Date.now.addingTimeInterval(-86_400)
        await phone.start()
        try await phone.sample(every: 5)
        let sync = phone.sync()
        try await showing(sync.run) { try await wait { sync.status != nil } }
        #expect(sync.oldest == Message(.oldestUnsent, .message(Message(.seconds, .number(0)))))
        phone.location.place = phone.market
        phone.location.aheadS = 18_000
        let door = phone.checkIn(at: try await phone.account("averley fish"))
        await door.load()
        await door.checkIn()
        let sentences = door.arrival?.assessment.sentences.map { phone.app.texts($0) } ?? []
        #expect(sentences.contains { $0.hasPrefix("A position from") && $0.hasSuffix("ahead was set aside") })
        #expect(sentence(about: SyncError.Refused(.stale)) == Message(.errorClock))
    }

    @Test func aServerThatIsGoneForWeeksLosesNothingAndTheScreenSaysHowOldTheEditsAre() async throws {
        let server = try Server(in: phone.folder)
        phone.now = Date.now.addingTimeInterval(24 * 86_400 + 60)
        await phone.start()
        _ = try await phone.book.join(url: server.url, code: server.code("Ada"), deviceName: "ada's phone")
        _ = try await phone.book.syncNow()
        _ = try await phone.book.add(.task, ["name": "Before the silence"])
        server.stop()
        let sync = phone.sync()
        await sync.sync()
        #expect(sync.message == Message(.errorNoConnection) && sync.unsent == Message(counting: 1, .unsentEdits))
        let days = Message.Value.message(Message(.days, .number(24)))
        #expect(sync.oldest == Message(.oldestUnsent, days))
        #expect(sync.lastSync == Message(.lastSync, days))
    }

    @Test func aJoinCodeThatWasUsedOrHasExpiredHasASentence() async throws {
        let server = try Server(in: phone.folder)
        let used = try server.code("Ada")
        let expired = try server.anotherCode("Ada")
        let other = try await Book.open(at: phone.folder.appending(path: "other.db"))
        _ = try await other.join(url: server.url, code: used, deviceName: "the other phone")
        try server.cancelTheLastCode()
        await phone.start()
        let settings = phone.settings()
        for (code, why) in [(used, TextKey.errorCodeUsed), (expired, .errorCodeExpired)] {
            settings.write(url: "\(server.url)\n\(code)")
            await settings.join()
            #expect(settings.message == Message(why) && settings.code == code)
        }
    }

    @Test func aBookOfANewerVersionIsNotTouchedAndTheRepIsToldToUpdate() async throws {
        do { _ = try await Book.open(at: phone.file).add(.account, ["name": "Corner shop"]) }
        let file = try FileHandle(forUpdating: phone.file)
        try file.seek(toOffset: 60)  // where an SQLite file keeps the version of its schema
        try file.write(contentsOf: Data([0, 0, 39, 15]))
        try file.close()
        let before = try Data(contentsOf: phone.file)
        let app = await phone.start()
        guard case .failed(let why) = app.book else { throw NoServer(printed: "a newer book was opened") }
        #expect(try why == Message(.errorNewer) && Data(contentsOf: phone.file) == before)
    }

    @Test func aBookThatAnotherProcessHasOpenIsOpenedAsSoonAsThatEnds() async throws {
        do {
            let other = try await Book.open(at: phone.file)
            await phone.start()
            guard case .failed(let why) = phone.app.book else { throw NoServer(printed: "two have it open") }
            #expect(why == Message(.errorInUse))
            withExtendedLifetime(other) {}
        }
        await phone.app.open()
        #expect(phone.app.repository != nil)
    }

    @Test(.enabled(if: Disk.canBeMounted)) func aFullStorageRefusesTheEditAndKeepsWhatWasTyped() async throws {
        let disk = try Disk(at: phone.folder)
        defer { disk.unmount() }
        await phone.start()
        let tasks = phone.tasks()
        try disk.fill()
        tasks.draft = "Buy a map"
        await tasks.add()
        #expect(tasks.message == Message(.errorDiskFull) && tasks.draft == "Buy a map")
        try disk.makeRoom()
        await tasks.add()
        #expect(tasks.message == nil && tasks.open.map(\.task.name) == ["Buy a map"])
    }
}

/// A disk of four megabytes, where this machine lets the test have one.
private struct Disk {
    let folder: URL

    static var canBeMounted: Bool {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        guard (try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)) != nil,
            (try? run("mount", "-t", "tmpfs", "-o", "size=64k", "fieldbook", folder.path)) == 0
        else { return false }
        return (try? run("umount", folder.path)) == 0
    }

    init(at folder: URL) throws {
        self.folder = folder
        let status = try Disk.run("mount", "-t", "tmpfs", "-o", "size=4m", "fieldbook", folder.path)
        try #require(status == 0)
    }

    /// Takes all the room that is left.
    func fill() throws {
        FileManager.default.createFile(atPath: ballast.path, contents: nil)
        let file = try FileHandle(forWritingTo: ballast)
        while (try? file.write(contentsOf: Data(count: 4_096))) != nil {}
        try? file.close()
    }

    func makeRoom() throws { try FileManager.default.removeItem(at: ballast) }

    func unmount() { _ = try? Disk.run("umount", "--lazy", folder.path) }

    private var ballast: URL { folder.appending(path: "ballast") }

    private static func run(_ command: String...) throws -> Int32 {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = command
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
    }
}
