package com.fieldbook.scenario

import com.fieldbook.core.DayPlan
import com.fieldbook.core.DayToPlan
import com.fieldbook.core.Fieldbook
import com.fieldbook.core.OpenHours
import com.fieldbook.core.PeriodPlan
import com.fieldbook.core.Place
import com.fieldbook.core.PlanDrive
import com.fieldbook.core.PlanEnd
import com.fieldbook.core.PlanEvent
import com.fieldbook.core.PlanException
import com.fieldbook.core.PlanStop
import java.time.Duration
import java.time.Instant
import java.time.LocalDate
import java.time.ZoneOffset
import kotlin.concurrent.thread

private val middle = Place(52.63, 1.29)

/** Long after the visits of today: what is due by then is due, whatever the hour. */
private val date = LocalDate.now(ZoneOffset.UTC).plusDays(60).toString()

/** Plans: a day, again when it breaks, travel times of one's own, weeks, and how far a plan is. */
internal fun planning(book: Fieldbook) {
    val day = book.planDay(asked())
    val (stops, sums) = day.stops() to day.sums()
    println(
        "planned ${stops.map { it.title }.sorted().joinToString(" then ")}, proved ${sums.proved.spoken}, " +
            "left out ${day.leftOut().size}",
    )
    val shop = stops.first { it.title == "Corner Shop" }
    println("worth ${shop.value}: ${shop.why.joinToString("; ")}")
    println("travel ${day.travel().said}")
    breaking(day, shop)
    driving(book)
    weeks(book)
}

private fun asked(travel: List<PlanDrive> = listOf(), deadlineMs: ULong = 200u) =
    DayToPlan(date, 0, start = middle, end = PlanEnd.Back, deadlineMs = deadlineMs, travel = travel)

private fun breaking(day: DayPlan, shop: PlanStop) {
    val first = day.stops().first()
    val same = day.replan(first.startS, PlanEvent.Here(first.place))
    println("here as planned: the same ${(same.stops() == day.stops()).spoken}, moved ${same.sums().moved.size}")
    val away = day.replan(first.startS + 60, PlanEvent.Here(Place(52.72, 1.3)))
    val here = away.sums().here.first()
    println(
        "here at ${"%.2f".format(here.place.lat)} after ${here.after}, ${here.atS - first.startS} s later, " +
            "${away.stops().size} stops",
    )
    val hours = day.replan(30_600, PlanEvent.Hours(shop.account, listOf(OpenHours(54_000, 57_600))))
    val startS = hours.stops().first { it.title == "Corner Shop" }.startS
    println("open from 15:00: comes in time ${(startS in 54_000..57_600).spoken}")
    badField("hours") { day.replan(30_600, PlanEvent.Hours(shop.account, listOf(OpenHours(2, 1)))) }
}

private fun driving(book: Fieldbook) {
    val places = book.planPlaces(asked()).map { it.what }
    val drives = places.flatMap { a -> places.filter { it != a }.map { PlanDrive(a, it, 600) } }
    val day = book.planDay(asked(drives))
    println("given ${day.travel().given} of ${day.travel().of}: ${day.sums().travelS} s for ${day.stops().size} stops")
    badField("a drive") { book.planDay(asked(listOf(PlanDrive(places[0], places[1], -1)))) }
}

private fun weeks(book: Fieldbook) {
    val period = book.planPeriod(asked(), 28u)
    val sums = period.sums()
    val seen = period.stops().groupingBy { it.stop.title }.eachCount().toSortedMap()
    println(
        "four weeks: ${seen.map { (title, times) -> "$times x $title" }.joinToString(", ")}; " +
            "${sums.visits} visits worth ${sums.value}, left out ${period.leftOut().size}, " +
            "page from 2 has ${period.stops(2u).size}",
    )
    val after = book.planProgress()
    println(
        "progress: running ${after.running.spoken}, iterations ${(after.iterations > 0u).spoken}, " +
            "value ${(after.value == sums.value).spoken}",
    )
    badField("no weeks") { book.planPeriod(asked(), 0u) }
    val begun = Instant.now()
    var made: PeriodPlan? = null
    val planner = thread { made = book.planPeriod(asked(deadlineMs = 60_000u), 28u) }
    while (book.planProgress().let { !it.running || it.iterations == 0uL }) Thread.sleep(5)
    book.interruptPlan()
    planner.join()
    val inTime = Duration.between(begun, Instant.now()) < Duration.ofSeconds(30)
    println("polled and interrupted in time ${inTime.spoken}, value ${(made!!.sums().value == sums.value).spoken}")
}

private fun badField(what: String, call: () -> Unit) {
    try {
        call()
        println("NOT refused, $what")
    } catch (error: PlanException.BadField) {
        println("refused, $what: bad_field ${error.field}")
    }
}
