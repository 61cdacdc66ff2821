import Fieldbook
import Testing

@Suite struct NewsTests {
    let counter = Counter()

    @Test func newsComesAsItHappens() async throws {
        _ = try counter.add(label: "visit", count: 1)
        var news = counter.feed(since: 0).news.makeAsyncIterator()
        #expect(await news.next() == [.added(number: 1)])
    }

    @Test func aReaderThatWaitsForNothingCanBeCancelledAtOnce() async throws {
        let feed = counter.feed(since: 0)
        let waiting = Task { for await _ in feed.news {} }
        try await Task.sleep(for: .milliseconds(100))
        let start = ContinuousClock.now
        waiting.cancel()
        await waiting.value
        #expect(ContinuousClock.now - start < .seconds(1))
    }
}
