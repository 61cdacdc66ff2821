import Fieldbook
import Foundation
import Testing

// Each code block of docs/guides/swift.md stands here word for word; `cargo test -p fieldbook-tests --test snippets` compares.

func checkInAtTheCornerShop() async throws -> Verdict? {
    let file = URL.temporaryDirectory.appending(path: "rep-\(UUID()).db")
    let book = try await Book.open(at: file)
    let shop = try await book.add(.account, ["name": "Corner shop"])
    _ = try await book.add(.site, ["account_id": .id(shop.id), "position": "52.6309,1.2974"])
    let here = RawFix(at: .now, lat: 52.6310, lon: 1.2974, accuracyM: 10)
    let visit = try await book.checkIn(shop.id, fixes: [here])
    guard case .open(let arrival)? = visit.visit?.state else { return nil }
    return arrival.assessment.verdict
}

func rename(_ book: Book, account: String, to name: String) async -> String {
    do {
        return try await book.set(account, ["name": .text(name)]).title
    } catch .BadField(let fault) {  // the error is a BookError: the compiler knows
        return "\(fault.field) cannot be that: \(fault.why)"
    } catch .NoSuchRecord {
        return "this customer is no longer in your book"
    } catch {
        return "the phone failed: \(error)"
    }
}

func accountNames(_ book: Book) async throws -> [String] {
    var names: [String] = []
    for try await page in book.pages(.account, pageSize: 50) { names += page.records.map(\.title) }
    return names
}

func arrive(_ book: Book, at account: String, fixes: [RawFix]) async throws -> String {
    do {
        let visit = try await book.checkIn(account, fixes: fixes)
        guard case .open(let arrival)? = visit.visit?.state else { return "you have been here" }
        switch arrival.assessment.verdict {
        case .verified: return "you are here"
        case .likelyOnSite: return "you are probably here"
        case .offSite:
            guard case .outsideFence(let beyondM)? = arrival.assessment.reasons.first else { return "saved, elsewhere" }
            return "saved, but you are \(Int(beyondM)) m away"
        case .unverifiable, .unknown: return "saved; your phone could not tell where it was"
        }
    } catch {
        guard case .AlreadyOpen(let visit) = error else { throw error }
        let account = try await book.record(visit).visit?.accountId ?? ""
        return try await "check out of \(book.record(account).title) first"
    }
}

func follow(
    _ book: Book, since handled: UInt64, show: @Sendable (Record) async -> Void, remember: @Sendable (UInt64) -> Void
) async throws {
    for try await changes in book.changes(since: handled) {
        for entry in changes.entries { await show(try await book.record(entry.record)) }
        remember(changes.latest)  // a restart goes on from here and misses nothing
    }
}

@MainActor func firstPage(_ book: Book, show: ([Record]) -> Void) async throws {
    // The main actor is free meanwhile.
    let page = try await book.list(Query(kind: .account, deleted: .hide, limit: 50))
    show(page.records)
}

func backgroundSync(_ book: Book) async -> Bool {
    do {
        _ = try await book.syncNow(deadline: .seconds(25))  // cancelling this task throws `.Interrupted` at once
        return true
    } catch {
        switch error {
        case .NoConnection, .TimedOut, .Interrupted, .Busy, .ServerFailed: return false  // later; nothing is lost
        case .Refused(.revoked): print("the administrator has locked this phone out")
        default: print("the rep has to look at the screen Sync: \(error)")
        }
        return true  // trying again soon would not help
    }
}

func settle(_ book: Book) async throws {
    for conflict in try await book.conflicts() {
        print("\(conflict.title): \(conflict.field) is \(conflict.shown), \(conflict.lostBy) wrote \(conflict.lost)")
        _ = try await book.restore(conflict.record, field: conflict.field, to: conflict.change)  // "use this value"
    }
}

func planAndReplan(_ book: Book, on date: Date) async throws -> [String] {
    var day = DayToPlan(on: date, in: .current)
    day.lunchS = 2_700
    let plan = try await book.planDay(day)
    let rest = try await book.replan(plan, nowS: 10 * 3600, .late(byS: 1_800))
    _ = try await book.keep(rest)  // now they are planned visits, and only now
    return rest.stops().map { "\($0.startS / 3600) h: \($0.title)" }
}

func notTaken(_ book: Book) async throws -> [String] {
    try await book.book { core in
        // core.takeUp(change:) writes it again, core.dropEdit(change:) gives it up
        try core.refused().map { "\($0.kind) by \($0.by): \($0.fields.keys.sorted().joined(separator: ", "))" }
    }
}

func advance(_ book: Book, deal: String, to stage: String) async throws -> [String] {
    do {
        // Fields are written with the move, and count for the gate.
        _ = try await book.advance(deal, to: stage, ["next_step": "Send the contract"])
        return []
    } catch {
        guard case .Refused(let refusal) = error else { throw error }
        guard let gate = refusal.verdict else { return [refusal.text] }  // no gate leads there
        return (gate.missing + gate.unknown).map { $0.says["en"] ?? $0.criterion }
    }
}

func sign(_ book: Book, with keychain: @escaping @Sendable (Data) throws -> Data) async throws -> Int {
    try await book.book { core in
        let waiting = try core.unsignedLinks()
        for link in waiting { try core.putSignature(n: link.n, signature: keychain(link.bytes)) }
        return waiting.count
    }
}

func openEncrypted(_ file: URL, key fromKeychain: Data) async throws(StoreError) -> Book {
    try await Book.open(at: file, key: fromKeychain)
}

@Suite struct GuideTests {
    private func shop(_ book: Book) async throws -> String {
        let shop = try await book.add(.account, ["name": "Corner shop"])
        _ = try await book.add(
            .site, ["account_id": .id(shop.id), "position": "52.6309,1.2974", "fence": "circle:60"])
        return shop.id
    }

    @Test func theFirstCheckInOfTheGuide() async throws {
        #expect(try await checkInAtTheCornerShop() == .verified)
    }

    @Test @MainActor func listsEditsAndChangesOfTheGuide() async throws {
        let book = try await newBook()
        let shop = try await shop(book)
        #expect(try await accountNames(book) == ["Corner shop"])
        try await firstPage(book) { #expect($0.count == 1) }
        #expect(await rename(book, account: shop, to: "Corner Shop") == "Corner Shop")
        #expect(await rename(book, account: shop, to: String(repeating: "x", count: 2001)).hasPrefix("name cannot be"))
        let nobody = "00000000-0000-7000-8000-000000000000"
        #expect(await rename(book, account: nobody, to: "X") == "this customer is no longer in your book")
        let seen = Seen()
        let reading = Task { try await follow(book, since: 0, show: { await seen.add($0.title) }, remember: { _ in }) }
        while await !seen.titles.contains("Corner Shop") { await Task.yield() }
        reading.cancel()
        try await reading.value
        try await settle(book)
    }

    @Test func checkInsOfTheGuide() async throws {
        let book = try await newBook()
        let shop = try await shop(book)
        let far = RawFix(at: .now, lat: 52.6409, lon: 1.2974, accuracyM: 10)
        #expect(try await arrive(book, at: shop, fixes: [far]).hasPrefix("saved, but you are"))
        let other = try await book.add(.account, ["name": "Other"]).id
        #expect(try await arrive(book, at: other, fixes: []) == "check out of Corner shop first")
    }

    @Test func plansAndSyncsOfTheGuide() async throws {
        let book = try await newBook()
        _ = try await shop(book)
        #expect(try await planAndReplan(book, on: .now.addingTimeInterval(30 * 86_400)).count == 1)
        #expect(await backgroundSync(book), "a book that has joined no server need not try again")
    }

    @Test func dealsKeptEditsAndKeysOfTheGuide() async throws {
        let book = try await newBook()
        let shop = try await shop(book)
        let deal = try await book.add(.opportunity, ["name": "Hospital"]).id
        #expect(try await advance(book, deal: deal, to: "lead_validation") == ["source"])
        _ = try await book.set(deal, ["source": "Trade fair"])
        #expect(try await advance(book, deal: deal, to: "lead_validation").isEmpty)
        #expect(try await advance(book, deal: deal, to: "won")[0].hasPrefix("stage won comes after"))
        #expect(try await notTaken(book).isEmpty)
        #expect(try await sign(book) { _ in Data() } == 0, "the device's own key has signed")
        let key = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
        let bytes = stride(from: 0, to: 64, by: 2).compactMap { UInt8(key.dropFirst($0).prefix(2), radix: 16) }
        try await book.book { try $0.signWith(key: Data(bytes)) }
        _ = try await book.checkIn(shop, fixes: [])
        await #expect(throws: (any Error).self) { try await sign(book) { _ in Data(count: 64) } }
        let sealed = FileManager.default.temporaryDirectory.appending(path: "sealed.db")
        await #expect(throws: StoreError.self, "the library of the tests is built without encryption") {
            try await openEncrypted(sealed, key: Data(count: 32))
        }
    }
}

private actor Seen {
    var titles: Set<String> = []
    func add(_ title: String) { titles.insert(title) }
}
