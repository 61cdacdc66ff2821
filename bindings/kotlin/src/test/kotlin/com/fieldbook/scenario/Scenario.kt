package com.fieldbook.scenario

import com.fieldbook.account
import com.fieldbook.core.Checkup
import com.fieldbook.core.Deleted
import com.fieldbook.core.Doing
import com.fieldbook.core.ExportFormat
import com.fieldbook.core.ExportKind
import com.fieldbook.core.FenceShape
import com.fieldbook.core.FieldValue
import com.fieldbook.core.Fieldbook
import com.fieldbook.core.ImportKind
import com.fieldbook.core.Kind
import com.fieldbook.core.MakeUp
import com.fieldbook.core.Page
import com.fieldbook.core.Place
import com.fieldbook.core.Query
import com.fieldbook.core.Reason
import com.fieldbook.core.Record
import com.fieldbook.core.RecordingMode
import com.fieldbook.core.Situation
import com.fieldbook.core.TapClock
import com.fieldbook.core.TrackFormat
import com.fieldbook.core.TrackRules
import com.fieldbook.core.VisitState
import com.fieldbook.core.advise
import com.fieldbook.fields
import com.fieldbook.fix
import com.fieldbook.following
import com.fieldbook.opportunity
import com.fieldbook.site
import com.fieldbook.visit
import java.io.File
import java.time.Duration
import java.time.Instant
import java.time.ZoneOffset
import java.time.temporal.ChronoUnit
import kotlin.concurrent.thread
import kotlinx.coroutines.flow.takeWhile
import kotlinx.coroutines.runBlocking

private const val NOBODY = "00000000-0000-7000-8000-000000000000"
internal const val MANY = 10_000
private val accounts = File("../tests/accounts.csv").canonicalPath

/** The scenario in Kotlin, line by line that of scenario.py. `cargo xtask scenario kotlin` runs it. */
fun main(args: Array<String>) = when {
    args[0] == "--measure" -> measure(args[1])
    else -> play(args[0], args[1], args[2], args[3])
}

private fun play(folder: String, server: String, adaCode: String, boCode: String) {
    val ada = Fieldbook.open("$folder/ada.db")
    opening(folder)
    joining(ada, server, adaCode)
    importing(folder, ada)
    val (shop, trading) = adding(ada)
    refusing(ada, shop)
    finding(ada)
    visiting(ada, shop, trading)
    planning(ada)
    tracking(folder, ada)
    val bo = Fieldbook.open("$folder/bo.db")
    bo.join(server, boCode, "bo's phone")
    twoReps(ada, bo, shop)
    dealing(ada, bo, shop, ::sync)
    leading(ada, bo, ::sync)
    follow(ada, shop)
    paging(folder)
    closing(ada)
}

private fun opening(folder: String) {
    File("$folder/letter.txt").writeText(
        "Dear Sir or Madam, this is a letter and no book of business at all. ".repeat(20),
    )
    for (path in listOf("letter.txt", "no/such/folder/book.db")) {
        refused("open $path") { Fieldbook.open("$folder/$path") }
    }
}

private fun joining(ada: Fieldbook, server: String, code: String) {
    ada.nameRep("Ada")
    val status = ada.status(Checkup.QUICK)
    println("book of ${status.rep}, server ${(status.serverUrl != null).spoken}, unsent ${status.unsent}")
    refused("sync") { ada.syncNow() }
    refused("join by ftp") { ada.join("ftp://127.0.0.1", code, "phone") }
    refused("join nobody") { ada.join("http://127.0.0.1:1", code, "phone") }
    refused("join wrongly") { ada.join(server, "WRONG-CODE", "phone") }
    val joined = ada.join(server, code, "ada's phone")
    println("joined as ${joined.userName}, ${joined.role.spoken}")
    refused("join again") { ada.join(server, code, "phone") }
}

private fun importing(folder: String, book: Fieldbook) {
    refused("import nothing") { book.importFile("$folder/none.csv", ImportKind.ACCOUNTS) }
    refused("import a letter") { book.importFile("$folder/letter.txt", ImportKind.ACCOUNTS) }
    repeat(2) {
        val r = book.importFile(accounts, ImportKind.ACCOUNTS)
        println(
            "imported ${r.imported}, updated ${r.updated}, unchanged ${r.unchanged}, " +
                "unmatched ${r.unmatched.joinToString()}",
        )
        for (line in r.refused) println("line ${line.line}: ${line.field} ${line.reason}")
        if (it == 1) println("first column ${r.matched[1].column} is ${r.matched[1].field}")
    }
    val count = book.exportFile("$folder/out.csv", ExportKind.ACCOUNTS, ExportFormat.CSV)
    println("exported $count accounts in ${File("$folder/out.csv").readLines().size} lines")
}

private fun adding(book: Fieldbook): Pair<String, String> {
    val shop = book.add(
        Kind.ACCOUNT,
        fields(
            "name" to "Corner Shop", "tier" to "A", "visit_every_days" to 14, "phone" to "+44 1603 100",
            "phone/+44 1603 200" to "billing", "tag/vip" to true, "city" to "Norwich",
        ),
    )
    book.add(
        Kind.SITE,
        fields(
            "account_id" to FieldValue.Id(shop.id), "name" to "Front door", "position" to "52.6309,1.2974",
            "fence" to "circle:60",
        ),
    )
    val trading = book.add(Kind.ACCOUNT, fields("name" to "东方贸易有限公司"))
    book.add(
        Kind.SITE,
        fields("account_id" to FieldValue.Id(trading.id), "name" to "Warehouse", "position" to "52.6400,1.2974"),
    )
    book.add(Kind.ACCOUNT, fields("name" to "Café Añejo"))
    book.add(
        Kind.OPPORTUNITY,
        fields(
            "account_id" to FieldValue.Id(shop.id), "name" to "Ice cream", "amount" to "1200.50 GBP",
            "close_on" to "2026-12-24",
        ),
    )
    book.set(shop.id, fields("tier" to "B", "phone" to null, "remark" to "Ring twice"))
    showAccount(book, shop.id)
    val deal = book.page(Kind.OPPORTUNITY).records[0].opportunity!!
    println("deal ${deal.name}: ${deal.amount!!.minor} ${deal.amount!!.currency} by ${deal.closeOn}")
    for (entry in book.history(shop.id)) println("${entry.by} wrote ${listed(entry.fields)}")
    book.restore(shop.id, "tier", book.history(shop.id)[0].change)
    showAccount(book, shop.id)
    return shop.id to trading.id
}

private fun listed(fields: Map<String, FieldValue>) =
    fields.toSortedMap().map { (name, value) -> "$name=${value.spoken}" }.joinToString()

private fun showAccount(book: Fieldbook, id: String) {
    val record = book.record(id)
    val body = record.account!!
    val phones = body.phones.toSortedMap().map { (number, label) -> "$number ($label)" }
    println(
        "${record.title}: tier ${body.tier}, phone ${body.phone ?: "none"}, phones ${phones[0]}, " +
            "city ${body.address.city}, every ${body.visitEveryDays} days, tags ${body.extra.tags.joinToString(" ")}, " +
            "${body.extra.remark}, unsent ${record.unsent.spoken}",
    )
}

private fun refusing(book: Fieldbook, shop: String) {
    refused("unknown field") { book.set(shop, fields("shoe_size" to "9")) }
    refused("missing field") { book.add(Kind.CONTACT, fields("role" to "buyer")) }
    refused("wrong type") { book.set(shop, fields("visit_every_days" to "often")) }
    refused("malformed") { book.add(Kind.OPPORTUNITY, fields("name" to "x", "amount" to "a lot")) }
    refused("too long") { book.set(shop, fields("name" to "x".repeat(2001))) }
    refused("no such record") { book.record(NOBODY) }
    refused("no id") { book.record("the shop") }
    val deal = book.page(Kind.OPPORTUNITY).records[0].id
    refused("wrong kind") { book.add(Kind.SITE, fields("account_id" to FieldValue.Id(deal))) }
    refused("too many") { book.page(Kind.ACCOUNT, null, 101u) }
    refused("no day") { book.day("tomorrow", 0) }
    refused("off the earth") { book.near(Place(91.0, 0.0), 100.0) }
    refused("no such change") { book.restore(shop, "owner", book.history(shop)[0].change) }
    val note = book.add(Kind.NOTE, fields("account_id" to FieldValue.Id(shop), "text" to "Ring twice")).id
    book.delete(note)
    refused("deleted") { book.set(note, fields("text" to "Ring once")) }
    val gone = book.list(Query(kind = Kind.NOTE, account = shop, deleted = Deleted.ONLY)).records
    println("deleted ${gone[0].title}, listed ${book.page(Kind.NOTE).records.size}")
    book.undelete(note)
    println("undeleted, listed ${book.page(Kind.NOTE).records.size}")
}

private fun finding(book: Fieldbook) {
    for (words in listOf("corner", "东方", "贸易", "cafe anejo", "nothing")) {
        println("search $words: ${book.search(words).joinToString { it.title }.ifEmpty { "none" }}")
    }
    for (nearby in book.near(Place(52.6310, 1.2974), 2000.0)) {
        val site = nearby.site.site!!
        val circle = site.fence as? FenceShape.Circle
        val fence = circle?.let { "circle of ${"%.0f".format(it.radiusM)} m" } ?: "no fence"
        println("near ${nearby.account.title}, ${site.name}, ${"%.1f".format(nearby.distanceM)} m, $fence")
    }
}

private fun visiting(book: Fieldbook, shop: String, trading: String) {
    refused("a fix off the earth") { book.checkIn(shop, listOf(fixNow(91.0, 1.2974))) }
    val visit = book.checkIn(shop, listOf(fixNow(52.6310, 1.2974)))
    val arrival = (visit.visit!!.state as VisitState.Open).checkIn
    val seen = arrival.assessment
    val inside = seen.reasons[0] as Reason.InsideFence
    println(
        "checked in: ${seen.verdict.spoken}, edge ${seen.distanceToEdgeM.m} m, margin ${seen.marginM.m} m, " +
            "inside_fence ${inside.marginM.m} m, rules ${seen.ruleVersion}, spoof ${"%.1f".format(seen.spoof.score)}",
    )
    println("same tap, same visit ${(book.checkIn(shop, listOf()).id == visit.id).spoken}")
    refused("check in elsewhere") { book.checkIn(trading, listOf()) }
    val closed = book.checkOut(visit.id, outcome = "Took two crates").visit!!
    println("checked out: ${closed.outcome}, closed ${(closed.state is VisitState.Closed).spoken}, of ${closed.rep}")
    refused("skip what was") { book.skipVisit(visit.id, "rain") }
    val today = Instant.ofEpochMilli(arrival.atMs)
    val tomorrow = today + Duration.ofDays(1)
    val planned = book.add(
        Kind.VISIT,
        fields("account_id" to FieldValue.Id(trading), "planned_at" to tomorrow, "purpose" to "Stock"),
    )
    println("skipped: ${(book.skipVisit(planned.id, "rain").visit!!.state as VisitState.Skipped).reason}")
    for (at in listOf(today, tomorrow)) {
        val states = book.day(at.atOffset(ZoneOffset.UTC).toLocalDate().toString(), 0).map { it.visit!!.state.spoken }
        println("a day with ${states.joinToString(" ")}")
    }
}

/** Half an hour at the warehouse, an hour ago: kept, looked at, made a visit, forgotten. */
private fun tracking(folder: String, book: Fieldbook) {
    refused("hours") { TrackRules(workingHours = "now and then") }
    val rules = TrackRules()
    val began = Instant.now().truncatedTo(ChronoUnit.SECONDS) - Duration.ofHours(1)
    val beganMs = began.toEpochMilli()
    val untilMs = beganMs + 1_800_000
    fun record(second: Long, lat: Double, mode: RecordingMode) =
        book.recordFix(fix(began.plusSeconds(second), lat, 1.2974, 8.0), rules, mode, 0).spoken
    refused("record off the earth") { record(0, 91.0, RecordingMode.BUSINESS) }
    val kept = (0L until 180L).map { record(it * 10, 52.64 + it % 7 * 1e-6, RecordingMode.BUSINESS) }.toSet()
    println("kept ${kept.joinToString(" ")}, in private ${record(5, 52.64, RecordingMode.PRIVATE)}")
    val day = book.trackSummary(beganMs, untilMs)
    println(
        "track: ${day.fixes} fixes, ${"%.0f".format(day.distanceM)} m, ${day.stops.size} stop of ${day.stops[0].fixes} fixes, " +
            "${day.gaps.size} gaps, ${book.trackPolylines(beganMs, untilMs).size} line",
    )
    val visit = book.suggestedVisits(beganMs, untilMs)[0]
    println("suggested: ${visit.title}, ${(visit.untilMs - visit.fromMs) / 1000} s, ${"%.0f".format(visit.distanceM)} m")
    book.dismissSuggestion(NOBODY, visit.fromMs, visit.untilMs)
    val made = book.makeUp(visit.account, MakeUp(visit.site, visit.fromMs, visit.untilMs, "from the track", TapClock()))
    val closed = (made.visit!!.state is VisitState.Closed).spoken
    println("accepted: closed $closed, suggested ${book.suggestedVisits(beganMs, untilMs).size}")
    val exported = book.exportTrack("$folder/track.gpx", beganMs, untilMs, TrackFormat.GPX)
    println("exported $exported, forgotten ${book.forgetTrack(beganMs, untilMs)}, ${book.forgetOldTrack(untilMs, rules)} old")
    for (doing in listOf(Doing.MOVING, Doing.STAYING)) {
        val advice = advise(Situation(doing, 14.0, null, 0.8, false))
        val (seconds, metres) = listOf(advice.intervalS, advice.distanceM).map { "%.0f".format(it) }
        println("advice: every $seconds s, after $metres m, sleep ${advice.sleep.spoken}")
    }
}

private fun fixNow(lat: Double, lon: Double) = fix(Instant.now(), lat, lon, 10.0)

private fun twoReps(ada: Fieldbook, bo: Fieldbook, shop: String) {
    sync("ada", ada)
    sync("bo", bo)
    println("the same ${(contents(ada) == contents(bo)).spoken}, ${contents(bo).size} records")
    ada.set(shop, fields("phone" to "111"))
    Thread.sleep(20)
    bo.set(shop, fields("phone" to "222", "email" to "shop@example.com"))
    for ((name, book) in listOf("ada" to ada, "bo" to bo, "ada" to ada)) sync(name, book)
    for ((name, book) in listOf("ada" to ada, "bo" to bo)) {
        for (c in book.conflicts()) {
            println("$name sees ${c.title}: ${c.field} is ${c.shown.spoken}, not ${c.lost.spoken} by ${c.lostBy}")
        }
    }
    val lost = bo.conflicts()[0]
    val restored = bo.restore(lost.record, lost.field, lost.change)
    println("restored ${restored.account!!.phone}, conflicts ${restored.conflicts}")
    sync("bo", bo)
    sync("ada", ada)
    val conflicts = ada.status(Checkup.QUICK).conflicts
    println("the same ${(contents(ada) == contents(bo)).spoken}, conflicts $conflicts")
}

private fun sync(name: String, book: Fieldbook) {
    val r = book.syncNow(60_000uL)
    println(
        "sync of $name: sent ${r.sent}, accepted ${r.accepted}, refused ${r.refused.size}, received ${r.received}",
    )
}

private fun contents(book: Fieldbook): List<String> =
    Kind.entries.flatMap { kind -> pages(book, kind).flatMap { it.records } }
        .map { "${it.id} ${listed(book.fields(it.id))}" }.sorted()

internal fun pages(book: Fieldbook, kind: Kind, limit: UInt = 100u): Sequence<Page> =
    generateSequence(book.page(kind, null, limit)) { page ->
        if (page.more) book.page(kind, page.records.last().id, limit) else null
    }

private fun follow(book: Fieldbook, shop: String) {
    val all = generateSequence(book.changesSince(0uL)) { book.changesSince(it.latest) }
    val since = all.first { it.entries.isEmpty() }.latest
    val feed = book.feed(since)
    val writer = thread {
        Thread.sleep(50)
        book.set(shop, fields("owner" to "Cy"))
        book.add(Kind.TASK, fields("name" to "Bring samples"))
    }
    var heard = 0
    runBlocking {
        following { feed }.takeWhile { changes ->
            for (entry in changes.entries) println("heard of ${entry.kind.spoken} ${book.record(entry.record).title}")
            heard += changes.entries.size
            heard < 2
        }.collect {}
    }
    writer.join()
    val idle = book.feed(since + 2uL)
    thread { Thread.sleep(50); idle.stop() }
    println("feed ended ${(idle.next() == null).spoken}")
}

private fun paging(folder: String) {
    val book = filled(folder, MANY)
    val pages = pages(book, Kind.ACCOUNT).toList()
    val seen = pages.flatMap { page -> page.records.map(Record::title) }
    println(
        "${seen.size} accounts in ${pages.size} pages, ${seen.first()} .. ${seen.last()}, " +
            "in order ${(seen == seen.sorted()).spoken}",
    )
    println("search Account 01234: ${book.search("Account 01234")[0].title}")
}

internal fun filled(folder: String, count: Int): Fieldbook {
    File("$folder/many.csv").printWriter().use { rows ->
        rows.println("external_id,name,city,lat,lon")
        for (n in 0 until count) {
            val five = "%05d".format(n)
            rows.println("A-$n,Account $five,Norwich,52.$five,1.$five")
        }
    }
    val book = Fieldbook.open("$folder/many.db")
    book.importFile("$folder/many.csv", ImportKind.ACCOUNTS)
    return book
}

private fun closing(book: Fieldbook) {
    sync("ada", book)
    val status = book.status(Checkup.THOROUGH)
    val counts = status.records.joinToString { "${it.count} ${it.kind.spoken}" }
    val territories = status.territories.map { it.name }.sorted().joinToString(" and ")
    println("at the end: unsent ${status.unsent}, sound ${status.sound?.spoken}, $territories: $counts")
    val lines = book.log().map { it.event }
    println("log: ${lines.count { it.startsWith("sync: ") }} syncs, ${lines.count { "failed" in it }} failed")
}
