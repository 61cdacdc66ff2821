import Fieldbook
import Foundation
import FieldbookDemo
import Testing

@MainActor @Suite struct ServerTests {
    let phone: Phone
    let server: Server

    init() throws {
        phone = try Phone()
        server = try Server(in: phone.folder)
    }

    @Test func aRepJoinsByCodeAndSyncsAndAWrongCodeOrAServerThatIsGoneHasASentence() async throws {
        await phone.start()
        try await phone.sample(every: 5)
        let settings = phone.settings()
        await settings.load()
        #expect(settings.server == nil && !settings.canJoin)
        settings.write(url: "\(server.url)\nWRONG-CODE")
        #expect(settings.code == "WRONG-CODE" && settings.canJoin)
        await settings.join()
        #expect(settings.message == Message(.errorUnknownCode) && settings.code == "WRONG-CODE")
        settings.code = try server.code("Ada")
        await settings.join()
        #expect(settings.joined == "Ada" && settings.message == nil && settings.code.isEmpty)
        #expect(settings.server?.title == "Ada" && settings.server?.detail?.hasPrefix(server.url) == true)
        #expect(phone.scheduler.syncsRegularly == 1)

        let sync = phone.sync()
        await sync.sync()
        #expect(sync.message == nil && sync.unsent == Message(.allSent) && sync.isJoined && !sync.isSyncing)
        #expect(sync.report.map { $0.accepted > 0 } == true && !sync.logRows(phone.app.texts).isEmpty)
        server.stop()
        await sync.sync()
        #expect(sync.message == Message(.errorNoConnection) && sync.reportSentence == nil)
        #expect(await phone.app.backgroundSync(), "it is worth another try")
    }

    @Test func aSyncThatHangsIsStoppedByTheRepAndNothingIsLost() async throws {
        await phone.start()
        try await phone.sample(every: 5)
        _ = try await phone.book.join(url: server.url, code: server.code("Ada"), deviceName: "ada's phone")
        let unsent = try await phone.book.status().unsent
        server.hang()
        let sync = phone.sync()
        let running = Task { await sync.sync() }
        try await wait { sync.isSyncing }
        try await Task.sleep(for: .milliseconds(200))
        sync.stop()
        await running.value
        #expect(sync.message == Message(.errorInterrupted) && !sync.isSyncing)
        #expect(sync.status?.unsent == unsent)
        server.goOn()
        try await showing(sync.run) {
            // The request that hung may still hold the book's one place for a sync.
            repeat { await sync.sync() } while sync.message == Message(.errorBusy)
            try await wait { sync.unsent == Message(.allSent) }
        }
    }

    @Test func twoValuesWrittenAtOnceAreBothShownAndOneTapTakesTheOther() async throws {
        await phone.start()
        try await phone.sample(every: 5)
        let ada = phone.book
        _ = try await ada.join(url: server.url, code: server.code("Ada"), deviceName: "ada's phone")
        _ = try await ada.syncNow()
        let shop = try await phone.account("averley fish")
        let bo = try await Book.open(at: phone.folder.appending(path: "bo.db"))
        _ = try await bo.join(url: server.url, code: server.code("Bo"), deviceName: "bo's phone")
        _ = try await bo.syncNow()
        _ = try await bo.set(shop, ["phone": "+44 1632 960222"])
        _ = try await ada.set(shop, ["phone": "+44 1632 960111"])
        _ = try await bo.syncNow()

        let (account, sync) = (phone.account(id: shop), phone.sync())
        try await showing(account.run) {
            try await showing(sync.run) {
                try await wait { account.record != nil && sync.status != nil }
                await sync.sync()
                try await wait { account.conflicts.count == 1 && sync.conflicts.count == 1 }
                let row = sync.attention(phone.app.texts)[0]
                #expect(row.account == shop && row.detail?.hasPrefix("Phone: +44 1632") == true)
                let lost = account.conflicts[0]
                await account.use(lost)
                #expect(account.conflicts.isEmpty && account.record?.account?.phone == lost.lost.text)
                try await wait { sync.conflicts.isEmpty }
                #expect(sync.attention(phone.app.texts).map(\.tone) == [.good])
            }
        }
    }

    @Test func aRepMayNotForceAGateAndTwoMovesAtOnceAreSettledByOneTap() async throws {
        await phone.start()
        let ada = phone.book
        _ = try await ada.join(url: server.url, code: server.code("Ada"), deviceName: "ada's phone")
        let shop = try await ada.add(.account, ["name": "Averley Fish Market"])
        _ = try await ada.add(.contact, ["name": "Kim", "account_id": .id(shop.id)])
        let deal = try await ada.add(
            .opportunity,
            [
                "name": "Hospital", "source": "Fair", "account_id": .id(shop.id), "lost_reason": "price",
                "budget_tier": "B",
            ])
        _ = try await ada.advance(deal.id, to: "lead_validation")
        _ = try await ada.syncNow()
        let bo = try await Book.open(at: phone.folder.appending(path: "bo.db"))
        _ = try await bo.join(url: server.url, code: server.code("Bo"), deviceName: "bo's phone")
        _ = try await bo.syncNow()
        _ = try await bo.advance(deal.id, to: "lost")
        _ = try await ada.advance(deal.id, to: "needs_analysis")
        _ = try await bo.syncNow()
        _ = try await ada.syncNow()

        let deals = phone.deals()
        try await showing(deals.run) {
            try await wait { !deals.isLoading }
            let row = try #require(deals.attention.first)
            let alert = deals.row(row, phone.app.texts).alert ?? ""
            #expect(alert.contains("“Lost” is shown, the other move was to “Needs analysis”"))
            #expect(row.standing.choices.map(\.stage) == ["lost", "needs_analysis"])
            await deals.settle(row.id, on: row.standing.choices[1])
            #expect(deals.attention.isEmpty && deals.message == nil)
            #expect(deals.coming.first?.standing.stage?.id == "needs_analysis")
            #expect(deals.coming.first?.standing.mayForce == false)
        }
        let move = phone.move(deal.id, to: "won")
        move.why = "I want to"
        await move.move(force: true)
        #expect(move.message == Message(.errorMayNotForce))
    }
}
