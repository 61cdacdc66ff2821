import Fieldbook
import Foundation
import FieldbookDemo
import Testing

@MainActor @Suite struct TodayTests {
    let phone: Phone

    init() throws { phone = try Phone() }

    @Test func anEmptyBookOffersTheSampleAndADayPlannedFromItHasLunchAndOutlivesTheProcess() async throws {
        await phone.start()
        let proposed = try await proposeFromTheSample()

        try await phone.killAndReturn()
        let second = phone.today()
        try await showing(second.run) {
            try await wait { second.isProposal }
            await second.keep()
        }
        #expect(second.message == nil && !second.isProposal)
        #expect(second.next?.state == .next && second.lunchS != nil)
        #expect(second.sums(phone.app.texts).contains("Lunch at "))
        #expect(abs(second.stops.count - proposed) < 5, "about as many as were proposed: the search stops by the clock")
        #expect(phone.scheduler.syncsSoon > 0)
    }

    @Test func aDayThatBreaksIsPlannedAgainAndNothingIsWrittenBefore() async throws {
        try await planned()
        let today = phone.today()
        try await showing(today.run) {
            try await wait { !today.isLoading }
            let before = today.stops
            await today.replan(.late(byS: 1_800))
            #expect(today.isProposal && today.message == nil)
            await today.discard()
            #expect(today.stops == before && !today.isProposal)
            let next = try #require(today.next)
            await today.replan(.cancelled(account: next.account))
            #expect(!today.stops.contains { $0.account == next.account })
        }
    }

    @Test func theRestOfTheDayIsPlannedFromWhereThePhoneIs() async throws {
        try await planned()
        let today = phone.today()
        await today.replanFromHere()
        #expect(today.message == Message(.noPosition) && !today.isProposal)
        phone.location.place = phone.market
        await today.replanFromHere()
        #expect(today.message == nil && today.isProposal && !today.isPlanning)
    }

    @Test func aVisitThatIsOpenOrOverIsShownAsSuch() async throws {
        try await planned()
        let today = phone.today()
        try await showing(today.run) {
            try await wait { today.next != nil }
            let rows = today.rows(phone.app.texts)
            #expect(rows.first?.tone == .accent && rows.last?.tone == .plain)
            #expect(today.rowsBeforeLunch.map { (1..<rows.count).contains($0) } == true)
        }
    }

    @Test func aWorkingDayThatIsNoneHasASentence() async throws {
        await phone.start()
        try await phone.sample(every: 5)
        phone.app.settings.settings.workUntilS = 0
        let today = phone.today()
        await today.makePlan()
        #expect(today.message == Message(.errorPlanHours))
    }

    /// The first process: the sample is loaded and a day proposed.
    private func proposeFromTheSample() async throws -> Int {
        let first = phone.today()
        try await showing(first.run) {
            try await wait { !first.isLoading }
            #expect(first.isEmptyBook)
            await first.loadSample()
            #expect(!first.isEmptyBook && first.stops.isEmpty)
            await first.makePlan()
        }
        #expect(first.isProposal && first.lunchS != nil && !first.stops.isEmpty)
        return first.stops.count
    }

    private func planned() async throws {
        await phone.start()
        try await phone.sample(every: 5)
        let today = phone.today()
        await today.makePlan()
        await today.keep()
        #expect(today.message == nil)
    }
}
