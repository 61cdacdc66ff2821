import Fieldbook
import Foundation

// The scenario in Swift. `cargo xtask scenario swift` runs it.
if CommandLine.arguments.contains("--measure") {
    try measure()
} else {
    try await play()
}

func play() async throws {
    let counter = Counter()
    print("added \(try counter.add(label: "visit", count: 250))")
    do {
        _ = try counter.add(label: "visit", count: 100_001)
    } catch CounterError.TooMuch(let asked, let limit) {
        print("refused too_much asked=\(asked) limit=\(limit)")
    }
    for page in pages(of: counter, limit: 100) {
        print("page \(page.count) \(page[0].label) .. \(page.last!.label) at \(page.last!.atMs)")
    }
    counter.clear()
    var seen = 0
    for await batch in counter.feed(since: 0).news {
        seen += batch.count
        let last =
            switch batch.last! {
            case .added(let number): "added \(number)"
            case .cleared: "cleared"
            }
        print("news \(batch.count) last \(last)")
        if seen >= 251 { break }
    }
    let idle = counter.feed(since: 251)
    Thread.detachNewThread {
        Thread.sleep(forTimeInterval: 0.05)
        idle.stop()
    }
    print("feed ended \(idle.next() == nil ? "True" : "False")")
}

func measure() throws {
    let counter = Counter()
    _ = try counter.add(label: "visit", count: 100_000)
    let clock = ContinuousClock()
    for limit: UInt32 in [100, 500] {
        var rows = 0
        let took = clock.measure { for page in pages(of: counter, limit: limit) { rows += page.count } }
        print("swift: \(rows) records in pages of \(limit): \(milliseconds(took)) ms")
    }
    for _ in 0..<10_000 { _ = counter.generation() }
    let before = resident()
    let took = clock.measure { for _ in 0..<1_000_000 { _ = counter.generation() } }
    let each = String(format: "%.1f", Double(milliseconds(took)) / 1000)
    print("swift: 1000000 calls: \(each) us each, memory \(before) kB before, \(resident()) kB after")
}

func pages(of counter: Counter, limit: UInt32) -> some Sequence<[Tally]> {
    sequence(state: UInt64(0)) { after in
        let page = counter.page(after: after, limit: limit)
        after = page.last?.number ?? after
        return page.isEmpty ? nil : page
    }
}

func milliseconds(_ duration: Duration) -> Int64 { Int64(duration / .milliseconds(1)) }

/// The memory that this process holds, in kB.
func resident() -> Int {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS") } ?? ""
    return Int(line.filter(\.isNumber)) ?? 0
}
