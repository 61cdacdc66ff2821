import Fieldbook
import Foundation
import Testing

@Suite struct FollowingTests {
    let book: Fieldbook

    init() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        book = try Fieldbook.open(path: folder.appendingPathComponent("book.db").path)
    }

    @Test func aChangeComesAsItHappens() async throws {
        let shop = try book.add(kind: .account, fields: ["name": "Corner shop"])
        var changes = book.changes(since: 0).makeAsyncIterator()
        #expect(try await changes.next()?.entries.map(\.record) == [shop.id])
        let book = self.book
        let later = Task {
            try await Task.sleep(for: .milliseconds(50))
            _ = try book.set(id: shop.id, patch: ["tier": "A"])
        }
        #expect(try await changes.next()?.entries.map(\.record) == [shop.id])
        try await later.value
    }

    @Test func aReaderThatWaitsForNothingCanBeCancelledAtOnce() async throws {
        let changes = book.changes(since: 0)
        let waiting = Task { for try await _ in changes {} }
        try await Task.sleep(for: .milliseconds(100))
        let start = ContinuousClock.now
        waiting.cancel()
        try await waiting.value
        #expect(ContinuousClock.now - start < .seconds(1))
    }

    @Test func aTimeComesBackAsItWas() {
        let ms: Int64 = 1_795_510_800_123
        #expect(Date(unixMilliseconds: ms).unixMilliseconds == ms)
        #expect(RawFix(at: Date(unixMilliseconds: ms), lat: 0, lon: 0, accuracyM: 5).at == "2026-11-24T09:00:00.123Z")
    }
}
