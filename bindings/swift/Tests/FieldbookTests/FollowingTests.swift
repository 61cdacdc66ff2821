import Fieldbook
import Foundation
import Testing

@Suite struct FollowingTests {
    @Test func aChangeComesAsItHappens() async throws {
        let book = try await newBook()
        let shop = try await book.add(.account, ["name": "Corner shop"])
        var changes = book.changes().makeAsyncIterator()
        #expect(try await changes.next()?.entries.map(\.record) == [shop.id])
        let later = Task {
            try await Task.sleep(for: .milliseconds(50))
            _ = try await book.set(shop.id, ["tier": "A"])
        }
        #expect(try await changes.next()?.entries.map(\.record) == [shop.id])
        try await later.value
    }

    @Test func aReaderThatWaitsForNothingCanBeCancelledAtOnce() async throws {
        let book = try await newBook()
        let waiting = Task { for try await _ in book.changes() {} }
        try await Task.sleep(for: .milliseconds(100))
        let start = ContinuousClock.now
        waiting.cancel()
        try await waiting.value
        #expect(ContinuousClock.now - start < .seconds(1))
    }

    @Test func eachReaderHearsOfEverything() async throws {
        let book = try await newBook()
        let changes = book.changes()
        let heard = (0..<3).map { _ in
            Task {
                for try await news in changes { return news.entries.count }
                return 0
            }
        }
        _ = try await book.add(.note, ["text": "Ring twice"])
        for reader in heard { #expect(try await reader.value == 1) }
    }

    @Test func aFeedThatIsStoppedEndsItsChanges() async throws {
        let feed = try await newBook().core.feed(since: 0)
        let reading = Task { for try await _ in feed.changes {} }
        try await Task.sleep(for: .milliseconds(50))
        feed.stop()
        try await reading.value
    }

    @Test func tasksThatWriteAtOnceLoseNothing() async throws {
        let book = try await newBook()
        try await withThrowingTaskGroup(of: Void.self) { writers in
            for name in ["a", "b"] {
                writers.addTask { for n in 0..<50 { _ = try await book.add(.note, ["text": "\(name) \(n)"]) } }
            }
            try await writers.waitForAll()
        }
        #expect(try await Set(book.list(Query(kind: .note, deleted: .hide)).records.map(\.title)).count == 100)
        #expect(try await book.status().unsent == 100)
    }

    @Test func aTimeComesBackAsItWas() {
        let ms: Int64 = 1_795_510_800_123
        #expect(Date(unixMilliseconds: ms).unixMilliseconds == ms)
        #expect(RawFix(at: Date(unixMilliseconds: ms), lat: 0, lon: 0, accuracyM: 5).at == "2026-11-24T09:00:00.123Z")
    }
}
