import Fieldbook
import Foundation
import Testing

// What the guide and the README show, between the two marks, is this.
// README: from here
func aDay(file: String, server: String, code: String) async throws {
    let book = try Fieldbook.open(path: file)  // made if need be; works without any server
    let shop = try book.add(kind: .account, fields: ["name": "Corner shop", "tier": "A"])
    _ = try book.add(
        kind: .site, fields: ["account_id": .id(shop.id), "position": "52.6309,1.2974", "fence": "circle:60"])

    let here = RawFix(at: .now, lat: 52.6310, lon: 1.2974, accuracyM: 10)
    let visit = try book.checkIn(account: shop.id, fixes: [here])  // saved, whatever the fix says
    if case .open(let arrival)? = visit.visit?.state { print(arrival.assessment.verdict) }  // verified
    _ = try book.checkOut(visit: visit.id, outcome: "Took two crates")

    do {
        _ = try book.join(url: server, code: code, deviceName: "my phone")
        print("\(try book.syncNow(deadlineMs: 30_000).accepted) edits sent")
    } catch SyncError.NoConnection {
        print("nothing is lost, it goes out later")
    }
    for lost in try book.conflicts() { print("\(lost.title): \(lost.lostBy) wrote \(lost.lost)") }
    for try await news in book.changes(since: 0) {  // an AsyncSequence
        print(news.entries.map(\.kind))
        break
    }
}
// README: to here

@Suite struct ReadmeTests {
    @Test func whatTheReadmeShowsWorksWithoutAServer() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let file = folder.appendingPathComponent("book.db").path
        try await aDay(file: file, server: "http://127.0.0.1:1", code: "NO-CODE")
        #expect(try Fieldbook.open(path: file).status(checkup: .quick).unsent == 4)
    }
}
