import Fieldbook
import Foundation
import FieldbookDemo
import Testing

@MainActor @Suite struct AppTests {
    let phone: Phone

    init() throws { phone = try Phone() }

    @Test func aFileThatIsNoBookIsLeftAloneAndASentenceSaysSo() async throws {
        let letter = String(repeating: "Dear Sir or Madam, this is a letter. ", count: 50)
        try letter.write(to: phone.file, atomically: true, encoding: .utf8)
        let app = await phone.start()
        guard case .failed(let why) = app.book else { throw NoServer(printed: "a letter was opened") }
        #expect(why == Message(.errorNotABook))
        #expect(try String(contentsOf: phone.file, encoding: .utf8) == letter)
        try FileManager.default.removeItem(at: phone.file)
        await app.open()
        #expect(app.repository != nil, "the rep tries again")
    }

    @Test func thePlaceInTheAppOutlivesTheProcessAndALeftScreenIsForgotten() async throws {
        let state = SavedState()
        let router = Router(state: state)
        router.tab = .accounts
        router.open(.account("a-1"))
        router.open(.checkIn("a-1"))
        router.saved(.checkIn("a-1"))["outcome"] = "Took two crates"
        let again = Router(state: SavedState(encoded: state.encoded))
        #expect(again.tab == .accounts && again.path == [.account("a-1"), .checkIn("a-1")])
        #expect(again.saved(.checkIn("a-1"))["outcome"] == "Took two crates")
        again.path.removeLast()
        #expect(again.saved(.checkIn("a-1"))["outcome"] == nil)
        again.tab = .deals
        #expect(again.path.isEmpty)
        #expect(SavedState(encoded: "no JSON").encoded == "{}")
    }

    @Test func theBookIsReleasedThoughAListenerOutlivesItsRepository() async throws {
        await phone.start()
        let heard = phone.repository.changes()
        try await phone.killAndReturn()
        _ = heard
    }

    @Test func choicesAreKeptAndAWorkingDayCannotEndBeforeItBegins() async throws {
        await phone.start()
        let kept = choose()
        try await phone.killAndReturn()
        #expect(phone.settings().settings == kept)
    }

    private func choose() -> AppSettings {
        let settings = phone.settings()
        settings.settings.language = "zh-Hans"
        #expect(phone.app.texts(.today) == "今天")
        settings.moveStart(100)
        #expect(settings.settings.workFromS == 59_400)
        settings.moveEnd(-100)
        #expect(settings.settings.workUntilS == 61_200)
        settings.moveEnd(100)
        settings.changeLunch(-2)
        #expect(settings.settings.workUntilS == 84_600 && settings.lunch == Message(.noLunch))
        return settings.settings
    }

    @Test func anEditOfAnotherScreenIsShownByAllThatAreOpen() async throws {
        await phone.start()
        let (first, second) = (phone.tasks(), phone.tasks())
        try await showing(first.run) {
            try await showing(second.run) {
                try await wait { !first.isLoading && !second.isLoading }
                _ = try await phone.book.add(.task, ["name": "Buy a map"])
                try await wait { first.open.count == 1 && second.open.count == 1 }
            }
            try await Task.sleep(for: .milliseconds(50))
            _ = try await phone.book.add(.task, ["name": "Fold the map"])
            try await wait { first.open.count == 2 }
            #expect(second.open.count == 1, "a screen that was left follows nothing")
        }
    }
}
