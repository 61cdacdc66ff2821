package com.fieldbook.demo.ui.today

import com.fieldbook.core.Place
import com.fieldbook.demo.data.Ground
import com.fieldbook.demo.ui.common.Message
import java.time.LocalDate

/** How far a stop of the day has come. */
enum class StopState { DONE, HERE, NEXT, LATER, SKIPPED }

/**
 * A stop of the day.
 *
 * @property place where it is; null for a customer without a site.
 * @property arriveS when the rep is there, seconds from local midnight; null when no time was planned.
 * @property leaveS when the rep drives on, if the plan says so.
 * @property why what makes the visit worth it, in the core's words.
 */
data class DayStop(
    val account: String,
    val title: String,
    val place: Place?,
    val arriveS: Long?,
    val leaveS: Long? = null,
    val state: StopState = StopState.LATER,
    val why: List<String> = listOf(),
)

/**
 * The day as the screen shows it.
 *
 * @property isProposal whether the stops are a plan that is not in the book yet.
 * @property lunchS when lunch begins, seconds from local midnight; null without one.
 * @property travelS how long the rep is on the road, seconds.
 * @property endsS when the rep is done, seconds from local midnight.
 * @property leftOut how many customers the plan leaves out.
 * @property moved the customers whose promised time a new plan moved.
 */
data class TodayState(
    val date: LocalDate,
    val stops: List<DayStop> = listOf(),
    val isLoading: Boolean = true,
    val isPlanning: Boolean = false,
    val isProposal: Boolean = false,
    val isEmptyBook: Boolean = false,
    val lunchS: Long? = null,
    val travelS: Long? = null,
    val endsS: Long? = null,
    val leftOut: Int = 0,
    val moved: List<String> = listOf(),
    val ground: List<Ground> = listOf(),
    val message: Message? = null,
) {
    /** The stop that comes next, or the one where the rep is. */
    val next: DayStop? get() = stops.find { it.state == StopState.HERE } ?: stops.find { it.state == StopState.NEXT }
}
