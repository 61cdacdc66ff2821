import Fieldbook
import Foundation
import Testing

// What the guide and the README show, between the two marks, is this.
// README: from here
func aDay(file: URL, server: String, code: String) async throws {
    let book = try await Book.open(at: file)  // made if need be; works without any server
    let shop = try await book.add(.account, ["name": "Corner shop", "tier": "A"])
    _ = try await book.add(
        .site, ["account_id": .id(shop.id), "position": "52.6309,1.2974", "fence": "circle:60"])

    let here = RawFix(at: .now, lat: 52.6310, lon: 1.2974, accuracyM: 10)
    let visit = try await book.checkIn(shop.id, fixes: [here])  // saved, whatever the fix says
    if case .open(let arrival)? = visit.visit?.state { print(arrival.assessment.verdict) }  // verified
    _ = try await book.checkOut(visit.id, outcome: "Took two crates")

    do {
        _ = try await book.join(url: server, code: code, deviceName: "my phone")
        print("\(try await book.syncNow(deadline: .seconds(30)).accepted) edits sent")
    } catch .NoConnection {  // a SyncError: the compiler knows
        print("nothing is lost, it goes out later")
    } catch {
        print("not synced: \(error)")
    }
    for lost in try await book.conflicts() { print("\(lost.title): \(lost.lostBy) wrote \(lost.lost)") }
    for try await news in book.changes() {  // an AsyncSequence
        print(news.entries.map(\.kind))
        break
    }
}
// README: to here

@Suite struct ReadmeTests {
    @Test func whatTheReadmeShowsWorksWithoutAServer() async throws {
        let file = try newFile()
        try await aDay(file: file, server: "http://127.0.0.1:1", code: "NO-CODE")
        #expect(try await Book.open(at: file).status().unsent == 4)
    }
}
