import Fieldbook
import Foundation

private let middle = Place(lat: 52.63, lon: 1.29)

/// Plans: a day, again when it breaks, travel times of one's own, weeks, and how far a plan is.
extension Story {
    func planning(_ book: Fieldbook) throws {
        let day = try book.planDay(day: asked())
        let stops = day.stops()
        let titles = stops.map(\.title).sorted { $0.unicodeScalars.lexicographicallyPrecedes($1.unicodeScalars) }
        print(
            "planned \(titles.joined(separator: " then ")), proved \(day.sums().proved.spoken), "
                + "left out \(day.leftOut().count)")
        let shop = stops.first { $0.title == "Corner Shop" }!
        print("worth \(shop.value): \(shop.why.joined(separator: "; "))")
        print("travel \(day.travel().said)")
        try breaking(day, shop)
        try driving(book)
        try weeks(book)
    }

    /// Long after the visits of today: what is due by then is due, whatever the hour.
    private func asked(_ travel: [PlanDrive] = [], deadlineMs: UInt64 = 200) -> DayToPlan {
        let date = Date(timeIntervalSinceNow: 60 * 86_400)
        return DayToPlan(
            date: date.formatted(Date.ISO8601FormatStyle().year().month().day()), utcOffsetMinutes: 0, start: middle,
            end: .back, deadlineMs: deadlineMs, travel: travel)
    }

    private func breaking(_ day: DayPlan, _ shop: PlanStop) throws {
        let first = day.stops()[0]
        let same = try day.replan(nowS: first.startS, event: .here(place: first.place))
        print("here as planned: the same \((same.stops() == day.stops()).spoken), moved \(same.sums().moved.count)")
        let away = try day.replan(nowS: first.startS + 60, event: .here(place: Place(lat: 52.72, lon: 1.3)))
        let here = away.sums().here[0]
        print(
            "here at \(here.place.lat.to(2)) after \(here.after), \(here.atS - first.startS) s later, "
                + "\(away.stops().count) stops")
        let open = [OpenHours(fromS: 54_000, untilS: 57_600)]
        let hours = try day.replan(nowS: 30_600, event: .hours(account: shop.account, open: open))
        let startS = hours.stops().first { $0.title == "Corner Shop" }!.startS
        print("open from 15:00: comes in time \((54_000...57_600 ~= startS).spoken)")
        badField("hours") {
            let never = [OpenHours(fromS: 2, untilS: 1)]
            _ = try day.replan(nowS: 30_600, event: .hours(account: shop.account, open: never))
        }
    }

    private func driving(_ book: Fieldbook) throws {
        let places = try book.planPlaces(day: asked()).map(\.what)
        let drives = places.flatMap { from in
            places.filter { $0 != from }.map { PlanDrive(from: from, to: $0, seconds: 600) }
        }
        let day = try book.planDay(day: asked(drives))
        let travel = day.travel()
        print("given \(travel.given) of \(travel.of): \(day.sums().travelS) s for \(day.stops().count) stops")
        badField("a drive") {
            _ = try book.planDay(day: asked([PlanDrive(from: places[0], to: places[1], seconds: -1)]))
        }
    }

    private func weeks(_ book: Fieldbook) throws {
        let period = try book.planPeriod(day: asked(), days: 28)
        let sums = period.sums()
        let seen = Dictionary(grouping: period.stops(), by: \.stop.title)
        let titles = seen.keys.sorted { $0.unicodeScalars.lexicographicallyPrecedes($1.unicodeScalars) }
        let told = titles.map { "\(seen[$0]!.count) x \($0)" }.joined(separator: ", ")
        print(
            "four weeks: \(told); \(sums.visits) visits worth \(sums.value), left out \(period.leftOut().count), "
                + "page from 2 has \(period.stops(skip: 2).count)")
        let after = book.planProgress()
        print(
            "progress: running \(after.running.spoken), iterations \((after.iterations > 0).spoken), "
                + "value \((after.value == sums.value).spoken)")
        badField("no weeks") { _ = try book.planPeriod(day: asked(), days: 0) }
        let begun = Date()
        let long = asked(deadlineMs: 60_000)
        let poller = Thread {
            while true {
                let now = book.planProgress()
                if now.running && now.iterations > 0 { break }
                Thread.sleep(forTimeInterval: 0.005)
            }
            book.interruptPlan()
        }
        poller.start()
        let made = try book.planPeriod(day: long, days: 28)
        let inTime = Date().timeIntervalSince(begun) < 30
        print("polled and interrupted in time \(inTime.spoken), value \((made.sums().value == sums.value).spoken)")
    }
}

private func badField(_ what: String, _ call: () throws -> Void) {
    do {
        try call()
        print("NOT refused, \(what)")
    } catch PlanError.BadField(let field) {
        print("refused, \(what): bad_field \(field)")
    } catch {
        print("refused, \(what): something else: \(error)")
    }
}
