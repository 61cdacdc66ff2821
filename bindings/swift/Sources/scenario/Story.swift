import Fieldbook
import Foundation

let nobody = "00000000-0000-7000-8000-000000000000"
let many = 10_000
let accounts = "../tests/accounts.csv"

/// Two reps, a server, and what can go wrong.
struct Story {
    let folder: String
    let server: String

    func play(adaCode: String, boCode: String) async throws {
        let ada = try Fieldbook.open(path: "\(folder)/ada.db")
        try opening()
        try joining(ada, adaCode)
        try importing(ada)
        let (shop, trading) = try adding(ada)
        try refusing(ada, shop)
        try finding(ada)
        try visiting(ada, shop, trading)
        try planning(ada)
        try tracking(ada)
        let bo = try Fieldbook.open(path: "\(folder)/bo.db")
        _ = try bo.join(url: server, code: boCode, deviceName: "bo's phone")
        try twoReps(ada, bo, shop)
        try dealing(ada, bo, shop)
        try leading(ada, bo)
        try await follow(ada, shop)
        try paging()
        try closing(ada)
    }

    func opening() throws {
        let letter = "Dear Sir or Madam, this is a letter and no book of business at all. "
        try String(repeating: letter, count: 20).write(
            toFile: "\(folder)/letter.txt", atomically: true, encoding: .utf8)
        for path in ["letter.txt", "no/such/folder/book.db"] {
            refused("open \(path)") { _ = try Fieldbook.open(path: "\(folder)/\(path)") }
        }
    }

    func joining(_ ada: Fieldbook, _ code: String) throws {
        try ada.nameRep(name: "Ada")
        let status = try ada.status(checkup: .quick)
        print("book of \(status.rep!), server \((status.serverUrl != nil).spoken), unsent \(status.unsent)")
        refused("sync") { _ = try ada.syncNow() }
        refused("join by ftp") { _ = try ada.join(url: "ftp://127.0.0.1", code: code, deviceName: "phone") }
        refused("join nobody") { _ = try ada.join(url: "http://127.0.0.1:1", code: code, deviceName: "phone") }
        refused("join wrongly") { _ = try ada.join(url: server, code: "WRONG-CODE", deviceName: "phone") }
        let joined = try ada.join(url: server, code: code, deviceName: "ada's phone")
        print("joined as \(joined.userName), \(joined.role)")
        refused("join again") { _ = try ada.join(url: server, code: code, deviceName: "phone") }
    }

    func importing(_ book: Fieldbook) throws {
        refused("import nothing") { _ = try book.importFile(path: "\(folder)/none.csv", kind: .accounts) }
        refused("import a letter") { _ = try book.importFile(path: "\(folder)/letter.txt", kind: .accounts) }
        for again in [false, true] {
            let r = try book.importFile(path: accounts, kind: .accounts)
            print(
                "imported \(r.imported), updated \(r.updated), unchanged \(r.unchanged), "
                    + "unmatched \(r.unmatched.joined(separator: ", "))")
            for line in r.refused { print("line \(line.line): \(line.field) \(line.reason)") }
            if again { print("first column \(r.matched[1].column) is \(r.matched[1].field)") }
        }
        let count = try book.exportFile(path: "\(folder)/out.csv", what: .accounts, format: .csv)
        let lines = try String(contentsOfFile: "\(folder)/out.csv", encoding: .utf8).split(whereSeparator: \.isNewline)
        print("exported \(count) accounts in \(lines.count) lines")
    }

    func adding(_ book: Fieldbook) throws -> (String, String) {
        let shop = try book.add(
            kind: .account,
            fields: [
                "name": "Corner Shop", "tier": "A", "visit_every_days": 14, "phone": "+44 1603 100",
                "phone/+44 1603 200": "billing", "tag/vip": true, "city": "Norwich",
            ])
        _ = try book.add(
            kind: .site,
            fields: [
                "account_id": .id(shop.id), "name": "Front door", "position": "52.6309,1.2974", "fence": "circle:60",
            ])
        let trading = try book.add(kind: .account, fields: ["name": "东方贸易有限公司"])
        _ = try book.add(
            kind: .site,
            fields: ["account_id": .id(trading.id), "name": "Warehouse", "position": "52.6400,1.2974"])
        _ = try book.add(kind: .account, fields: ["name": "Café Añejo"])
        _ = try book.add(
            kind: .opportunity,
            fields: [
                "account_id": .id(shop.id), "name": "Ice cream", "amount": "1200.50 GBP", "close_on": "2026-12-24",
            ])
        _ = try book.set(id: shop.id, patch: ["tier": "B", "phone": nil, "remark": "Ring twice"])
        try showAccount(book, shop.id)
        let deal = try book.page(kind: .opportunity).records[0].opportunity!
        print("deal \(deal.name): \(deal.amount!.minor) \(deal.amount!.currency) by \(deal.closeOn!)")
        for entry in try book.history(id: shop.id) { print("\(entry.by) wrote \(listed(entry.fields))") }
        _ = try book.restore(id: shop.id, field: "tier", to: book.history(id: shop.id)[0].change)
        try showAccount(book, shop.id)
        return (shop.id, trading.id)
    }

    func showAccount(_ book: Fieldbook, _ id: String) throws {
        let record = try book.record(id: id)
        let body = record.account!
        let phones = body.phones.sorted { $0.key < $1.key }.map { "\($0.key) (\($0.value))" }
        print(
            "\(record.title): tier \(body.tier!), phone \(body.phone ?? "none"), phones \(phones[0]), "
                + "city \(body.address.city!), every \(body.visitEveryDays!) days, "
                + "tags \(body.extra.tags.joined(separator: " ")), \(body.extra.remark!), unsent \(record.unsent.spoken)"
        )
    }

    func refusing(_ book: Fieldbook, _ shop: String) throws {
        refused("unknown field") { _ = try book.set(id: shop, patch: ["shoe_size": "9"]) }
        refused("missing field") { _ = try book.add(kind: .contact, fields: ["role": "buyer"]) }
        refused("wrong type") { _ = try book.set(id: shop, patch: ["visit_every_days": "often"]) }
        refused("malformed") { _ = try book.add(kind: .opportunity, fields: ["name": "x", "amount": "a lot"]) }
        let long = String(repeating: "x", count: 2001)
        refused("too long") { _ = try book.set(id: shop, patch: ["name": .text(long)]) }
        refused("no such record") { _ = try book.record(id: nobody) }
        refused("no id") { _ = try book.record(id: "the shop") }
        let deal = try book.page(kind: .opportunity).records[0].id
        refused("wrong kind") { _ = try book.add(kind: .site, fields: ["account_id": .id(deal)]) }
        refused("too many") { _ = try book.page(kind: .account, limit: 101) }
        refused("no day") { _ = try book.day(date: "tomorrow", utcOffsetMinutes: 0) }
        refused("off the earth") { _ = try book.near(at: Place(lat: 91, lon: 0), withinM: 100) }
        let first = try book.history(id: shop)[0].change
        refused("no such change") { _ = try book.restore(id: shop, field: "owner", to: first) }
        let note = try book.add(kind: .note, fields: ["account_id": .id(shop), "text": "Ring twice"]).id
        _ = try book.delete(id: note)
        refused("deleted") { _ = try book.set(id: note, patch: ["text": "Ring once"]) }
        let gone = try book.list(query: Query(kind: .note, account: shop, deleted: .only)).records
        print("deleted \(gone[0].title), listed \(try book.page(kind: .note).records.count)")
        _ = try book.undelete(id: note)
        print("undeleted, listed \(try book.page(kind: .note).records.count)")
    }

    func finding(_ book: Fieldbook) throws {
        for words in ["corner", "东方", "贸易", "cafe anejo", "nothing"] {
            let titles = try book.search(text: words).map(\.title).joined(separator: ", ")
            print("search \(words): \(titles.isEmpty ? "none" : titles)")
        }
        for nearby in try book.near(at: Place(lat: 52.6310, lon: 1.2974), withinM: 2000) {
            let site = nearby.site.site!
            let fence =
                if case .circle(let radiusM)? = site.fence { "circle of \(radiusM.to(0)) m" } else { "no fence" }
            print("near \(nearby.account.title), \(site.name!), \(nearby.distanceM.to(1)) m, \(fence)")
        }
    }

    func visiting(_ book: Fieldbook, _ shop: String, _ trading: String) throws {
        refused("a fix off the earth") { _ = try book.checkIn(account: shop, fixes: [fixNow(91, 1.2974)]) }
        let visit = try book.checkIn(account: shop, fixes: [fixNow(52.6310, 1.2974)])
        guard case .open(let arrival)? = visit.visit?.state else { return print("NOT open") }
        let seen = arrival.assessment
        guard case .insideFence(let marginM)? = seen.reasons.first else { return print("NOT inside") }
        print(
            "checked in: \(seen.verdict.spoken), edge \(seen.distanceToEdgeM!.to(2)) m, "
                + "margin \(seen.marginM!.to(2)) m, inside_fence \(marginM.to(2)) m, rules \(seen.ruleVersion), "
                + "spoof \(seen.spoof.score.to(1))")
        print("same tap, same visit \((try book.checkIn(account: shop, fixes: []).id == visit.id).spoken)")
        refused("check in elsewhere") { _ = try book.checkIn(account: trading, fixes: []) }
        let closed = try book.checkOut(visit: visit.id, outcome: "Took two crates").visit!
        let isClosed = if case .closed = closed.state { true } else { false }
        print("checked out: \(closed.outcome!), closed \(isClosed.spoken), of \(closed.rep!)")
        refused("skip what was") { _ = try book.skipVisit(visit: visit.id, reason: "rain") }
        let tomorrow = arrival.at + 86_400
        let planned = try book.add(
            kind: .visit,
            fields: ["account_id": .id(trading), "planned_at": .date(tomorrow), "purpose": "Stock"])
        if case .skipped(let reason)? = try book.skipVisit(visit: planned.id, reason: "rain").visit?.state {
            print("skipped: \(reason)")
        }
        for at in [arrival.at, tomorrow] {
            let day = at.formatted(Date.ISO8601FormatStyle().year().month().day())
            let states = try book.day(date: day, utcOffsetMinutes: 0).map { $0.visit!.state.spoken }
            print("a day with \(states.joined(separator: " "))")
        }
    }

    /// Half an hour at the warehouse, an hour ago: kept, looked at, made a visit, forgotten.
    func tracking(_ book: Fieldbook) throws {
        refused("hours") { _ = try TrackRules(workingHours: "now and then") }
        let rules = try TrackRules()
        let began = Date(unixMilliseconds: Int64(Date().timeIntervalSince1970) * 1000 - 3_600_000)
        let beganMs = Int64(began.timeIntervalSince1970) * 1000
        let untilMs = beganMs + 1_800_000
        func record(_ second: Int, _ lat: Double, _ mode: RecordingMode) throws -> String {
            let fix = RawFix(at: began + Double(second), lat: lat, lon: 1.2974, accuracyM: 8)
            return snake("\(try book.recordFix(fix: fix, rules: rules, mode: mode, utcOffsetMinutes: 0))")
        }
        refused("record off the earth") { _ = try record(0, 91, .business) }
        let kept = Set(try (0..<180).map { try record($0 * 10, 52.64 + Double($0 % 7) * 1e-6, .business) })
        print("kept \(kept.joined(separator: " ")), in private \(try record(5, 52.64, .private))")
        let day = try book.trackSummary(fromMs: beganMs, untilMs: untilMs)
        print(
            "track: \(day.fixes) fixes, \(day.distanceM.to(0)) m, \(day.stops.count) stop of \(day.stops[0].fixes) fixes, "
                + "\(day.gaps.count) gaps, \(try book.trackPolylines(fromMs: beganMs, untilMs: untilMs).count) line")
        let visit = try book.suggestedVisits(fromMs: beganMs, untilMs: untilMs)[0]
        let stayed = (visit.untilMs - visit.fromMs) / 1000
        print("suggested: \(visit.title), \(stayed) s, \(visit.distanceM.to(0)) m")
        try book.dismissSuggestion(site: nobody, fromMs: visit.fromMs, untilMs: visit.untilMs)
        let missed = MakeUp(
            site: visit.site, atMs: visit.fromMs, untilMs: visit.untilMs, reason: "from the track", clock: TapClock())
        let made = try book.makeUp(account: visit.account, missed: missed)
        let isClosed = if case .closed? = made.visit?.state { true } else { false }
        let left = try book.suggestedVisits(fromMs: beganMs, untilMs: untilMs).count
        print("accepted: closed \(isClosed.spoken), suggested \(left)")
        let exported = try book.exportTrack(
            path: "\(folder)/track.gpx", fromMs: beganMs, untilMs: untilMs, format: .gpx)
        let forgotten = try book.forgetTrack(fromMs: beganMs, untilMs: untilMs)
        let old = try book.forgetOldTrack(nowMs: untilMs, rules: rules)
        print("exported \(exported), forgotten \(forgotten), \(old) old")
        for doing in [Doing.moving, .staying] {
            let advice = advise(
                situation: Situation(doing: doing, speedMps: 14, fenceM: nil, battery: 0.8, charging: false))
            let (seconds, metres) = (advice.intervalS.to(0), advice.distanceM.to(0))
            print("advice: every \(seconds) s, after \(metres) m, sleep \(advice.sleep.spoken)")
        }
    }

    func fixNow(_ lat: Double, _ lon: Double) -> RawFix { RawFix(at: Date(), lat: lat, lon: lon, accuracyM: 10) }

    func twoReps(_ ada: Fieldbook, _ bo: Fieldbook, _ shop: String) throws {
        try sync("ada", ada)
        try sync("bo", bo)
        print("the same \((try contents(ada) == contents(bo)).spoken), \(try contents(bo).count) records")
        _ = try ada.set(id: shop, patch: ["phone": "111"])
        Thread.sleep(forTimeInterval: 0.02)
        _ = try bo.set(id: shop, patch: ["phone": "222", "email": "shop@example.com"])
        for (name, book) in [("ada", ada), ("bo", bo), ("ada", ada)] { try sync(name, book) }
        for (name, book) in [("ada", ada), ("bo", bo)] {
            for c in try book.conflicts() {
                print("\(name) sees \(c.title): \(c.field) is \(c.shown.spoken), not \(c.lost.spoken) by \(c.lostBy)")
            }
        }
        let lost = try bo.conflicts()[0]
        let restored = try bo.restore(id: lost.record, field: lost.field, to: lost.change)
        print("restored \(restored.account!.phone!), conflicts \(restored.conflicts)")
        try sync("bo", bo)
        try sync("ada", ada)
        let conflicts = try ada.status(checkup: .quick).conflicts
        print("the same \((try contents(ada) == contents(bo)).spoken), conflicts \(conflicts)")
    }

    func sync(_ name: String, _ book: Fieldbook) throws {
        let r = try book.syncNow(deadlineMs: 60_000)
        print(
            "sync of \(name): sent \(r.sent), accepted \(r.accepted), refused \(r.refused.count), received \(r.received)"
        )
    }

    func contents(_ book: Fieldbook) throws -> [String] {
        let kinds: [Kind] = [.account, .site, .contact, .opportunity, .visit, .task, .note, .customField]
        return try kinds.flatMap { kind in
            try pages(of: book, kind).flatMap(\.records).map { "\($0.id) \(listed(try book.fields(id: $0.id)))" }
        }.sorted()
    }

    func follow(_ book: Fieldbook, _ shop: String) async throws {
        var since: UInt64 = 0
        while let last = try book.changesSince(since: since).entries.last { since = last.seq }
        let writer = Task.detached {
            try await Task.sleep(for: .milliseconds(50))
            _ = try book.set(id: shop, patch: ["owner": "Cy"])
            _ = try book.add(kind: .task, fields: ["name": "Bring samples"])
        }
        var heard = 0
        for try await changes in book.changes(since: since) {
            for entry in changes.entries {
                print("heard of \(entry.kind) \(try book.record(id: entry.record).title)")
            }
            heard += changes.entries.count
            if heard >= 2 { break }
        }
        try await writer.value
        let idle = book.feed(since: since + 2)
        Thread.detachNewThread {
            Thread.sleep(forTimeInterval: 0.05)
            idle.stop()
        }
        print("feed ended \((try idle.next() == nil).spoken)")
    }

    func paging() throws {
        let book = try filled(folder, many)
        let all = try pages(of: book, .account)
        let seen = all.flatMap { $0.records.map(\.title) }
        print(
            "\(seen.count) accounts in \(all.count) pages, \(seen.first!) .. \(seen.last!), "
                + "in order \((seen == seen.sorted()).spoken)")
        print("search Account 01234: \(try book.search(text: "Account 01234")[0].title)")
    }

    func closing(_ book: Fieldbook) throws {
        try sync("ada", book)
        let status = try book.status(checkup: .thorough)
        let counts = status.records.map { "\($0.count) \($0.kind.spoken)" }.joined(separator: ", ")
        let territories = status.territories.map(\.name).sorted().joined(separator: " and ")
        print("at the end: unsent \(status.unsent), sound \(status.sound!.spoken), \(territories): \(counts)")
        let lines = try book.log().map(\.event)
        let syncs = lines.count { $0.hasPrefix("sync: ") }
        print("log: \(syncs) syncs, \(lines.count { $0.contains("failed") }) failed")
    }
}

func pages(of book: Fieldbook, _ kind: Kind, limit: UInt32 = 100) throws -> [Page] {
    var pages = [try book.page(kind: kind, limit: limit)]
    while pages.last!.more {
        pages.append(try book.page(kind: kind, after: pages.last!.records.last!.id, limit: limit))
    }
    return pages
}

func filled(_ folder: String, _ count: Int) throws -> Fieldbook {
    var rows = "external_id,name,city,lat,lon\n"
    for n in 0..<count {
        let five = String(format: "%05d", n)
        rows += "A-\(n),Account \(five),Norwich,52.\(five),1.\(five)\n"
    }
    try rows.write(toFile: "\(folder)/many.csv", atomically: true, encoding: .utf8)
    let book = try Fieldbook.open(path: "\(folder)/many.db")
    _ = try book.importFile(path: "\(folder)/many.csv", kind: .accounts)
    return book
}

func listed(_ fields: [String: FieldValue]) -> String {
    fields.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value.spoken)" }.joined(separator: ", ")
}
