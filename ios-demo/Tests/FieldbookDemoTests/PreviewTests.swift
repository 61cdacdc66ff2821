import Fieldbook
import Foundation
import FieldbookPreviews
import Testing

@testable import FieldbookDemo

/// Each screen over the real core, drawn and compared with the picture in `Previews`; FIELDBOOK_BLESS=1 writes them anew.
@MainActor @Suite struct PreviewTests {
    let phone: Phone

    init() throws { phone = try Phone() }

    @Test func light() async throws { try await album("light") }

    @Test func chinese() async throws { try await album("chinese", language: "zh-Hans") }

    @Test func dark() async throws { try await album("dark") }

    @Test func anEmptyBook() async throws {
        await phone.start()
        let today = phone.today()
        try await showing(today.run) { try await wait { !today.isLoading } }
        try check(today.picture(phone.app.texts), "empty-light")
    }

    @Test func offSiteAndBeforeItWithoutPrecision() async throws {
        await phone.start()
        try await phone.sample(every: 5)
        phone.location.access = .approximate
        phone.location.place = Place(lat: 50.7300, lon: -2.8395)
        let door = phone.checkIn(at: try await phone.account("averley fish"))
        await door.load()
        try check(door.picture(phone.app.texts), "check-in-approximate")
        await door.checkIn()
        try check(door.picture(phone.app.texts), "check-in-off-site")
    }

    @Test func troubleLight() async throws { try await troubles("light") }

    @Test func troubleChinese() async throws { try await troubles("chinese", language: "zh-Hans") }

    /// Standings as no test can bring them about in a second: a deal that has stood for weeks, one whose customer is elsewhere.
    private func troubles(_ kind: String, language: String = "en") async throws {
        await phone.start()
        phone.app.settings.settings.language = language
        let (rows, texts) = (try await rowsInTrouble(phone), phone.app.texts)
        let deals = phone.deals()
        deals.show(rows)
        #expect(deals.attention.map(\.deal.name) == ["Stood for weeks", "Moved twice"])
        try check(deals.picture(texts), "deals-trouble-\(kind)")
        let move = phone.move(rows[1].id, to: "needs_analysis")
        try await showing(move.run) { try await wait { move.verdict != nil } }
        try check(move.picture(texts), "move-\(kind)")
    }

    /// Walks through the app once and draws each screen on the way.
    private func album(_ kind: String, language: String = "en") async throws {
        // So few customers that the planner proves its plan to be the best: it is the same on every machine.
        await phone.start()
        try await phone.sample(every: 5)
        phone.app.settings.settings.language = language
        phone.location.place = Place(lat: 50.72955, lon: -2.83680)
        phone.location.accuracyM = 14
        let texts = phone.app.texts
        let today = phone.today()
        try await showing(today.run) {
            try await wait { !today.isLoading }
            await today.makePlan()
            if kind == "light" { try check(today.picture(texts), "plan-light") }
            await today.keep()
        }
        try check(today.picture(texts), "today-\(kind)")
        let market = try await phone.account("averley fish")
        let (accounts, account) = (phone.accounts(), phone.account(id: market))
        let (deals, tasks, sync) = (phone.deals(), phone.tasks(), phone.sync())
        try await showing(accounts.run) { try await wait { !accounts.isLoading } }
        try await showing(account.run) { try await wait { account.record != nil } }
        try await showing(deals.run) { try await wait { !deals.isLoading } }
        try await showing(tasks.run) { try await wait { !tasks.isLoading } }
        try await showing(sync.run) { try await wait { sync.status != nil } }
        try check(accounts.picture(texts), "accounts-\(kind)")
        try check(account.picture(texts), "account-\(kind)")
        try check(deals.picture(texts), "deals-\(kind)")
        try check(tasks.picture(texts), "tasks-\(kind)")
        try check(sync.picture(texts), "sync-\(kind)")
        let (settings, door) = (phone.settings(), phone.checkIn(at: market))
        await settings.load()
        try check(settings.picture(texts), "settings-\(kind)")
        await door.load()
        await door.checkIn()
        try check(door.picture(texts), "check-in-\(kind)")
    }

    private func check(_ picture: Picture, _ name: String) throws {
        // The core reads its own clock: the time of a tap and of an edit is another at each run.
        let svg = picture.svg(isDark: name.hasSuffix("dark"))
            .replacing(/Checked in at \d\d:\d\d/, with: "Checked in at 09:00")
            .replacing(/\d\d:\d\d 签到/, with: "09:00 签到")
            .replacing(/was made [^<]* ago/, with: "was made 20 min ago")
            .replacing(/最早的在 [^<]* 前/, with: "最早的在 20 分钟 前")
        let golden = checkout.appending(path: "ios-demo/Previews/\(name).svg")
        if ProcessInfo.processInfo.environment["FIELDBOOK_BLESS"] == "1" {
            try svg.write(to: golden, atomically: true, encoding: .utf8)
            return
        }
        let expected = try? String(contentsOf: golden, encoding: .utf8)
        #expect(svg == expected, "Previews/\(name).svg shows something else; cargo xtask ios --bless renews it")
    }
}
