import Fieldbook
import Foundation
import Testing

@Suite struct BookTests {
    @Test func callsRunOnTheGivenQueueAndNotOnTheCallersThread() async throws {
        let queue = DispatchQueue(label: "mine")
        let book = Book(core: try Fieldbook.open(path: newFile().path), queue: queue)
        queue.suspend()
        let waiting = Task { try await book.status() }
        try await Task.sleep(for: .milliseconds(100))
        let note = try book.core.add(kind: .note, fields: ["text": "Ring twice"])
        queue.resume()
        #expect(try await waiting.value.unsent == 1, "the status was read after \(note.title) was written")
    }

    @Test func anEditIsThereWhenTheCallReturnsAndARefusedOneWroteNothing() async throws {
        let book = try await newBook()
        let shop = try await book.add(.account, ["name": "Corner shop", "visit_every_days": 14])
        #expect(try await book.set(shop.id, ["tier": "A"]).account?.tier == "A")
        do throws(BookError) {
            _ = try await book.set(shop.id, ["tier": "B", "shoe_size": 9])
            Issue.record("a field that no account has was written")
        } catch {
            guard case .BadField(let fault) = error else { throw error }
            #expect(fault.field == "shoe_size")
        }
        #expect(try await book.record(shop.id).account?.tier == "A")
        #expect(try await book.set(shop.id, ["tier": nil]).account?.tier == nil)
        #expect(try await book.fields(shop.id)["visit_every_days"] == 14)
        _ = try await book.delete(shop.id)
        #expect(try await book.undelete(shop.id).title == "Corner shop")
        #expect(try await book.history(shop.id).count == 5)
    }

    @Test func anEditOfACancelledTaskIsWhole() async throws {
        let book = try await newBook()
        let writing = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await book.add(.note, ["text": "Ring twice"])
        }
        #expect(try await book.record(writing.value.id).title == "Ring twice")
    }

    @Test func pagesComeInOrderEachRecordOnceAndOnlyAsManyAsAreAskedFor() async throws {
        let book = try await newBook()
        try await book.fill(25)
        var pages: [Page] = []
        for try await page in book.pages(.account, pageSize: 10) { pages.append(page) }
        #expect(pages.map(\.records.count) == [10, 10, 5])
        #expect(pages.map(\.more) == [true, true, false])
        #expect(pages.flatMap(\.records).map(\.title) == (0..<25).map(shopName))

        var reader = book.pages(.account, pageSize: 10).makeAsyncIterator()
        _ = try await reader.next()
        _ = try await book.delete(pages[1].records[0].id)
        #expect(try await reader.next()?.records.first?.title == shopName(11), "the second page was read ahead")
        await #expect(throws: BookError.BadLimit(asked: 101, most: 100)) {
            for try await _ in book.pages(.account, pageSize: 101) {}
        }
    }

    @Test func aCheckInADayAndItsDates() async throws {
        let book = try await newBook()
        try await book.fill(1)
        let before = Date.now.addingTimeInterval(-1)
        let shop = try await book.search("shop", kind: .account)[0].id
        let visit = try await book.checkIn(shop, fixes: [RawFix(at: .now, lat: 52.6, lon: 1.2974, accuracyM: 10)])
        guard case .open(let arrival)? = visit.visit?.state else { throw Unexpected() }
        #expect(arrival.at > before && arrival.assessment.verdict == .verified)
        _ = try await book.checkOut(visit.id, outcome: "Took two crates")
        #expect(try await book.day(arrival.at, in: .gmt).map(\.visit?.outcome) == ["Took two crates"])
        #expect(try #require(await book.status().oldestUnsentAt) > before.addingTimeInterval(-60))
        #expect(try await book.status().lastSyncAt == nil)
    }

    @Test func aZoneHasTheOffsetOfTheDayAndADayTheDateOfTheZone() throws {
        let london = try #require(TimeZone(identifier: "Europe/London"))
        let summer = Date(unixMilliseconds: 1_782_864_000_000)  // 2026-07-01T00:00:00Z
        #expect(london.offsetMinutes(at: summer) == 60 && london.ianaName == "Europe/London")
        #expect(london.offsetMinutes(at: summer.addingTimeInterval(150 * 86_400)) == 0)
        #expect(TimeZone.gmt.ianaName == nil)
        #expect(summer.calendarDay(in: london) == "2026-07-01" && summer.secondsOfDay(in: london) == 3600)
        let newYork = try #require(TimeZone(identifier: "America/New_York"))
        #expect(summer.calendarDay(in: newYork) == "2026-06-30" && summer.secondsOfDay(in: newYork) == 72_000)
        let day = DayToPlan(on: summer, in: newYork)
        #expect(day.date == "2026-06-30" && day.utcOffsetMinutes == -240 && day.zone == "America/New_York")
    }

    @Test func theLatestChangeIsWhereToFollowFrom() async throws {
        let book = try await newBook()
        #expect(try await book.latestChange() == 0)
        try await book.fill(150)
        let latest = try await book.latestChange()
        #expect(latest >= 150)
        var changes = book.changes(since: latest).makeAsyncIterator()
        async let note = book.add(.note, ["text": "Ring twice"])
        let news = try await changes.next()
        #expect(try await news?.entries.map(\.record) == [note.id])
    }

    @Test func aPlanThatIsCancelledEndsWithTheBestFoundAndTheNextOneIsNotHurtByIt() async throws {
        let book = try await newBook()
        try await book.fill(60)
        var day = DayToPlan(on: .now.addingTimeInterval(30 * 86_400), in: .gmt)
        (day.withinM, day.deadlineMs) = (200_000, 60_000)
        let long = day
        let planning = Task { try await book.planDay(long) }
        try await Task.sleep(for: .milliseconds(200))
        let start = ContinuousClock.now
        planning.cancel()
        #expect(try await !planning.value.stops().isEmpty)
        let never = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await book.planDay(long)
        }
        _ = try await never.value
        #expect(ContinuousClock.now - start < .seconds(30), "the search ran to its deadline of a minute")
        day.deadlineMs = 100
        let plan = try await book.planDay(day)
        let rest = try await book.replan(plan, nowS: 36_000, .late(byS: 1800))
        #expect(try await book.keep(rest).count == rest.stops().count)
    }

    @Test func aSyncWithoutAServerAndAJoinOfNobodyAreRefusedByName() async throws {
        let book = try await newBook()
        await #expect(throws: SyncError.NotJoined) { try await book.syncNow() }
        await #expect(throws: SyncError.BadAddress) {
            try await book.join(url: "ftp://127.0.0.1", code: "CODE", deviceName: "phone")
        }
        await #expect(throws: SyncError.NoConnection) {
            try await book.join(url: "http://127.0.0.1:1", code: "CODE", deviceName: "phone")
        }
        let late = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await book.syncNow()
        }
        await #expect(throws: SyncError.Interrupted) { try await late.value }
        #expect(try await book.status().unsent == 0)
    }

    @Test func aDealThatLacksSomethingStaysAndTheVerdictSaysWhat() async throws {
        let book = try await newBook()
        let shop = try await book.add(.account, ["name": "Corner shop"])
        let deal = try await book.add(.opportunity, ["name": "Ice cream", "account_id": .id(shop.id)]).id
        let standing = try await book.dealStanding(deal)
        let process = try #require(standing.process)
        #expect(try await book.packs().contains { $0.id == process.id } && standing.path.isEmpty)
        let gate = try #require(standing.next.first { $0.outcome == .missing })
        #expect(try await book.mayAdvance(deal, to: gate.toStage).missing == gate.missing)
        do throws(DealError) {
            _ = try await book.advance(deal, to: gate.toStage)
            Issue.record("a deal passed a shut gate")
        } catch {
            guard case .Refused(let reason) = error else { throw error }
            #expect(reason.code == "gate_shut" && reason.verdict?.missing == gate.missing)
        }
        #expect(gate.missing.map(\.because) == [.fieldEmpty(field: "source")])
        let moved = try await book.advance(deal, to: gate.toStage, ["source": "Trade fair"])
        #expect(moved.opportunity?.stage == gate.toStage)
        #expect(try await book.dealStanding(deal).path.map(\.stage) == [gate.toStage])
        await #expect(throws: PackError.self) { try await book.installPack("no pack") }
    }

    @Test func aFileThatIsNoBookIsLeftAlone() async throws {
        let file = try newFile("letter.txt")
        let letter = String(repeating: "Dear Sir or Madam, this is a letter and no book of business. ", count: 30)
        try letter.write(to: file, atomically: true, encoding: .utf8)
        await #expect(throws: StoreError.NotABook) { try await Book.open(at: file) }
        #expect(try String(contentsOf: file, encoding: .utf8) == letter)
        let held = try newFile()
        let book = try await Book.open(at: held)
        #expect(book.recovery() == nil)
    }
}

/// Something else came than the test had arranged.
struct Unexpected: Error {}
