import Fieldbook
import Foundation
import FieldbookDemo
import Testing

@MainActor @Suite struct CheckInTests {
    let phone: Phone

    init() throws { phone = try Phone() }

    private func atTheMarket() async throws -> CheckInModel {
        await phone.start()
        try await phone.sample()
        let door = phone.checkIn(at: try await phone.account("averley fish"))
        await door.load()
        #expect(door.title == "Averley Fish Market" && door.arrival == nil && !door.isLoading)
        return door
    }

    private func sentences(_ door: CheckInModel) -> String {
        let messages = door.arrival?.assessment.sentences ?? []
        return messages.map { phone.app.texts($0) }.joined(separator: "; ")
    }

    @Test func aCheckInAtTheDoorIsVerifiedOutlivesTheProcessAndIsCheckedOutOf() async throws {
        phone.location.place = phone.market
        do {
            let door = try await atTheMarket()
            await door.checkIn()
            #expect(door.arrival?.assessment.verdict == .verified)
            #expect(sentences(door).hasPrefix("You are inside the fence, with "))
            #expect(!door.shownPlaces.isEmpty && !door.ground.isEmpty)
            door.outcome = "Took two crates"
        }
        try await phone.killAndReturn()
        let again = phone.checkIn(at: try await phone.account("averley fish"))
        await again.load()
        #expect(again.outcome == "Took two crates" && again.arrival != nil && again.departure == nil)
        await again.checkOut()
        #expect(again.departure != nil && again.visit?.outcome == "Took two crates")
        #expect(phone.scheduler.syncsSoon == 2)
    }

    @Test func aCheckInAKilometreAwayIsSavedAsOffSite() async throws {
        phone.location.place = Place(lat: 50.7383, lon: -2.8369)
        let door = try await atTheMarket()
        await door.checkIn()
        #expect(door.arrival?.assessment.verdict == .offSite && sentences(door).contains("outside the fence"))
        #expect(try await phone.repository.all(.visit).count == 1)
    }

    @Test func aCheckInWithoutAFixIsSavedAndSaysNothingAgainstTheRep() async throws {
        phone.location.access = .none
        let door = try await atTheMarket()
        #expect(door.accessSentence == .accessNone)
        await door.askForLocation()
        await door.checkIn()
        #expect(door.arrival?.assessment.verdict == .unverifiable && sentences(door) == "There was no position")
        #expect(door.shownPlaces.isEmpty)
    }

    @Test func twoTapsAreOneCheckIn() async throws {
        let door = try await atTheMarket()
        async let first: Void = door.checkIn()
        async let second: Void = door.checkIn()
        _ = await (first, second)
        #expect(try await phone.repository.all(.visit).count == 1)
    }

    @Test func aCheckInElsewhereWhileOneIsOpenIsRefusedWithASentence() async throws {
        let door = try await atTheMarket()
        _ = try await phone.book.checkIn(phone.account("albert street"), fixes: [])
        await door.checkIn()
        #expect(door.message == Message(.errorAlreadyOpen) && door.arrival == nil && !door.isWorking)
    }
}
