import Fieldbook
import Foundation

/// What the boundary costs: 100,000 records over it, and a million calls with the memory before and after.
func measure(in folder: String) throws {
    let book = try filled(folder, many)
    let clock = ContinuousClock()
    for limit: UInt32 in [10, 100] {
        var rows = 0
        let before = cpuMs()
        let took = try clock.measure {
            for _ in 0..<(100_000 / many) { rows += try count(book, limit) }
        }
        let cpu = cpuMs() - before
        print("swift: \(rows) records in pages of \(limit): \(Int64(took / .milliseconds(1))) ms, \(cpu) ms of CPU")
    }
    for _ in 0..<10_000 { _ = book.recovery() }
    let before = resident()
    let took = clock.measure { for _ in 0..<1_000_000 { _ = book.recovery() } }
    let each = (took / .microseconds(1) / 1_000_000).to(1)
    print("swift: 1000000 calls: \(each) us each, memory \(before) kB before, \(resident()) kB after")
}

/// Pages through all accounts, holding one page at a time.
func count(_ book: Fieldbook, _ limit: UInt32) throws -> Int {
    var page = try book.page(kind: .account, limit: limit)
    var rows = page.records.count
    while page.more {
        page = try book.page(kind: .account, after: page.records.last!.id, limit: limit)
        rows += page.records.count
    }
    return rows
}

/// The CPU time of this process, in ms.
func cpuMs() -> Int { Int(clock()) * 1_000 / Int(CLOCKS_PER_SEC) }

/// The memory that this process holds, in kB.
func resident() -> Int {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS") } ?? ""
    return Int(line.filter(\.isNumber)) ?? 0
}
