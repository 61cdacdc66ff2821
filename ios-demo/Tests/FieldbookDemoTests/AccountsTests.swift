import Fieldbook
import Foundation
import FieldbookDemo
import Testing

@MainActor @Suite struct AccountsTests {
    let phone: Phone

    init() throws { phone = try Phone() }

    @Test func aSearchFindsByBeginningsAndWhatWasTypedOutlivesTheProcess() async throws {
        await phone.start()
        try await phone.sample()
        do {
            let accounts = phone.accounts()
            accounts.query = "lobster cafe"
            await accounts.search()
            #expect(accounts.rows.map(\.title) == ["Lobster Pot Café"])
        }
        try await phone.killAndReturn()
        let again = phone.accounts()
        #expect(again.query == "lobster cafe")
        try await showing(again.run) { try await wait { again.rows.map(\.title) == ["Lobster Pot Café"] } }
        again.query = "zzz"
        await again.search()
        #expect(again.rows.isEmpty && again.emptyHint == .nothingFoundHint)
    }

    @Test func aLetterTypedMeanwhileEndsTheSearchBeforeIt() async throws {
        await phone.start()
        try await phone.sample()
        let accounts = phone.accounts()
        accounts.query = "lobster"
        let first = Task { await accounts.search() }
        accounts.query = "averley fish market"
        first.cancel()
        await accounts.search()
        await first.value
        #expect(accounts.rows.first?.title == "Averley Fish Market")
        #expect(!accounts.rows.contains { $0.title.hasPrefix("Lobster") })
    }

    @Test func theNearestComeFirstAndWithoutPermissionASentenceSaysSo() async throws {
        await phone.start()
        try await phone.sample()
        phone.location.place = phone.market
        let accounts = phone.accounts()
        await accounts.showNear(true)
        let first = try #require(accounts.rows(phone.app.texts).first)
        #expect(first.title == "Averley Fish Market" && first.trailing == "0 m")
        #expect(accounts.rows.map { $0.distanceM ?? 0 } == accounts.rows.map { $0.distanceM ?? 0 }.sorted())
        phone.location.place = nil
        await accounts.showNear(true)
        #expect(accounts.message == Message(.noPosition) && accounts.rows.isEmpty && phone.location.asked == 0)
        phone.location.access = .none
        await accounts.showNear(true)
        #expect(accounts.message == Message(.noPermission) && phone.location.asked == 1)
        await accounts.showNear(false)
        #expect(accounts.message == nil && accounts.rows.count == 50)
    }

    @Test func threeHundredCustomersComePageByPageAndAChangeKeepsWhatWasShown() async throws {
        await phone.start()
        let rows = (0..<300).map { "A-\($0),Shop \(1000 + $0)" }
        let file = phone.folder.appending(path: "many.csv")
        let text = "external_id,name\n\(rows.joined(separator: "\n"))"
        try text.write(to: file, atomically: true, encoding: .utf8)
        _ = try await phone.book.importFile(file, .accounts)
        let accounts = phone.accounts()
        try await showing(accounts.run) {
            try await wait { accounts.rows.count == 50 }
            for shown in [100, 150, 200, 250, 300] {
                await accounts.loadMore()
                #expect(accounts.rows.count == shown)
            }
            #expect(!accounts.hasMore && accounts.rows.last?.title == "Shop 1299")
            await accounts.loadMore()
            #expect(Set(accounts.rows.map(\.id)).count == 300)
            _ = try await phone.book.set(accounts.rows[7].id, ["tier": "B"])
            try await wait { accounts.rows.count == 300 && accounts.rows[7].tier == "B" }
        }
    }

    @Test func aTelephoneNumberIsChangedAndTheDraftOutlivesTheProcess() async throws {
        await phone.start()
        try await phone.sample()
        let id = try await phone.account("averley fish")
        do {
            let account = phone.account(id: id)
            try await showing(account.run) { try await wait { account.record != nil } }
            account.beginEditing()
            #expect(account.draft == "+44 1632 960175")
            account.draft = "+44 1632 960199"
        }
        try await phone.killAndReturn()
        let again = phone.account(id: id)
        #expect(again.draft == "+44 1632 960199")
        await again.save()
        #expect(again.draft == nil && again.record?.account?.phone == "+44 1632 960199")
        again.draft = " "
        await again.save()
        #expect(try await phone.book.record(id).account?.phone == nil)
    }

    @Test func aCustomerIsShownWithAllThatBelongsToIt() async throws {
        await phone.start()
        try await phone.sample()
        let account = phone.account(id: try await phone.account("penrose"))
        try await showing(account.run) { try await wait { account.record != nil } }
        let texts = phone.app.texts
        #expect(account.pills(texts).contains("Unsent") && account.address?.contains("Port Averley") == true)
        #expect(account.siteRows(texts).first?.detail?.contains("around the door") == true)
        #expect(account.contactRows.first?.title == "Maud Penrose")
        #expect(account.dealRows(texts).first?.trailing?.contains("1,250") == true)
        #expect(account.historyRows(texts).first?.overline?.hasPrefix("Ada, ") == true)
        #expect(!account.isHere && account.conflicts.isEmpty)
    }

    @Test func aCustomerThatHasLeftTheBookHasASentence() async throws {
        await phone.start()
        let account = phone.account(id: "00000000-0000-7000-8000-000000000000")
        try await showing(account.run) { try await wait { account.message != nil } }
        #expect(account.message == Message(.errorGone))
    }
}
