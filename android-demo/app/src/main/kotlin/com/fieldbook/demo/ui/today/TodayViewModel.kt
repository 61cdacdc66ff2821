package com.fieldbook.demo.ui.today

import androidx.lifecycle.SavedStateHandle
import androidx.lifecycle.ViewModel
import androidx.lifecycle.viewModelScope
import com.fieldbook.core.DayPlan
import com.fieldbook.core.DayToPlan
import com.fieldbook.core.Kind
import com.fieldbook.core.PlanEnd
import com.fieldbook.core.PlanEvent
import com.fieldbook.core.Place
import com.fieldbook.core.Record
import com.fieldbook.core.VisitState
import com.fieldbook.demo.R
import com.fieldbook.demo.data.AppContainer
import com.fieldbook.demo.data.BookRepository
import com.fieldbook.demo.ui.common.Message
import com.fieldbook.demo.ui.common.refusal
import com.fieldbook.at
import com.fieldbook.ianaName
import com.fieldbook.offsetMinutes
import com.fieldbook.plannedAt
import com.fieldbook.site
import com.fieldbook.visit
import java.time.Instant
import java.time.LocalDate
import java.time.LocalTime
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.FlowPreview
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.flow.debounce
import kotlinx.coroutines.flow.update
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext

/** The day: its visits in the book, and a plan of it until that is kept or dropped. */
@OptIn(FlowPreview::class)
class TodayViewModel(
    private val container: AppContainer,
    private val repository: BookRepository,
    private val saved: SavedStateHandle,
) : ViewModel() {
    private val zone get() = container.clock.zone
    private val date get() = LocalDate.now(container.clock)
    private val nowS get() = LocalTime.now(container.clock).toSecondOfDay().toLong()

    /** The plan that is shown, or the last that was kept. It does not outlive the process: what it is made of does. */
    private var plan: DayPlan? = null
        set(new) {
            field?.close()
            field = new
        }
    private val shown = MutableStateFlow(TodayState(date))

    /** What the screen shows. */
    val state: StateFlow<TodayState> = shown.asStateFlow()

    init {
        viewModelScope.launch {
            val ground = container.ground()
            shown.update { it.copy(ground = ground) }
        }
        viewModelScope.launch {
            refusal { load() }?.let(::say)
            // A proposal that the rep was looking at when the process died is made again.
            if (saved.get<Boolean>(PROPOSAL) == true) plan()
            repository.changes.debounce(SETTLE_MS).collect { if (!shown.value.isProposal) refusal { load() }?.let(::say) }
        }
    }

    /** Plans the day, without writing anything into the book. */
    fun plan() = working {
        propose(repository.planDay(request()))
    }

    /** Plans the rest of the day again after something broke it. */
    fun replan(event: PlanEvent) = working {
        propose(repository.replan(plan ?: repository.planDay(request()), nowS, event))
    }

    /** Plans the rest of the day from where the phone is. */
    fun replanFromHere() = working {
        val fix = container.location.fixes().lastOrNull()
        if (fix == null) say(Message(R.string.no_position)) else {
            val event = PlanEvent.Here(Place(fix.lat, fix.lon))
            propose(repository.replan(plan ?: repository.planDay(request()), nowS, event))
        }
    }

    /** Writes the proposal into the book as planned visits. */
    fun keep() = working {
        val kept = plan ?: return@working
        repository.keep(kept)
        kept.sums().let { sums ->
            saved[LUNCH] = sums.lunchBeginsS
            saved[ENDS] = sums.endsS
            saved[TRAVEL] = sums.travelS
        }
        saved[PROPOSAL] = false
        load()
    }

    /** Drops the proposal. */
    fun discard() = working {
        plan = null
        saved[PROPOSAL] = false
        load()
    }

    /** Fills an empty book with the sample. */
    fun loadSample() = working {
        repository.importSample(container.sample)
        load()
    }

    /** The message was read. */
    fun dismiss() = shown.update { it.copy(message = null) }

    /** A plan that is not closed keeps the book's file open. */
    override fun onCleared() {
        plan = null
    }

    private fun working(work: suspend () -> Unit) {
        if (shown.value.isPlanning) return
        shown.update { it.copy(isPlanning = true, message = null) }
        viewModelScope.launch {
            val message = refusal(work)
            shown.update { it.copy(isPlanning = false, message = message ?: it.message) }
        }
    }

    private fun say(message: Message) = shown.update { it.copy(message = message, isLoading = false) }

    private fun request(): DayToPlan {
        val settings = container.settings.settings.value
        return DayToPlan(
            date = date.toString(),
            utcOffsetMinutes = zone.offsetMinutes(date),
            zone = zone.ianaName,
            end = PlanEnd.Back,
            fromS = settings.workFromS,
            untilS = settings.workUntilS,
            lunchS = settings.lunchS,
        )
    }

    private suspend fun propose(proposed: DayPlan) = withContext(Dispatchers.IO) {
        plan = proposed
        saved[PROPOSAL] = true
        val (sums, left) = proposed.sums() to proposed.leftOut().size
        val stops = proposed.stops().map {
            DayStop(it.account, it.title, it.place, it.startS, it.leaveS, why = it.why)
        }
        shown.update {
            it.copy(
                stops = withNext(stops), isLoading = false, isProposal = true, lunchS = sums.lunchBeginsS,
                travelS = sums.travelS, endsS = sums.endsS, leftOut = left, moved = sums.moved,
            )
        }
    }

    private suspend fun load() {
        val today = date
        val visits = repository.day(today, zone)
        val isEmpty = visits.isEmpty() && repository.status().records.none { it.kind == Kind.ACCOUNT && it.count > 0u }
        val stops = visits.map { it.toStop() }.sortedBy { it.arriveS ?: Long.MAX_VALUE }
        val hasVisits = stops.isNotEmpty()
        shown.update {
            it.copy(
                date = today, stops = withNext(stops), isLoading = false, isProposal = false, isEmptyBook = isEmpty,
                lunchS = saved.get<Long>(LUNCH).takeIf { hasVisits }, travelS = saved.get<Long>(TRAVEL).takeIf { hasVisits },
                endsS = saved.get<Long>(ENDS).takeIf { hasVisits }, leftOut = 0, moved = listOf(),
            )
        }
    }

    private suspend fun Record.toStop(): DayStop {
        val visit = checkNotNull(visit) { "a day is made of visits" }
        val account = visit.accountId.orEmpty()
        val place = visit.siteId?.let { repository.record(it).site?.position }
        val state = visit.state
        val at: Instant? = when (state) {
            is VisitState.Open -> state.checkIn.at
            is VisitState.Closed -> state.checkIn.at
            else -> visit.plannedAt
        }
        return DayStop(
            account = account,
            title = repository.titles(listOf(account))[account] ?: title,
            place = place,
            arriveS = at?.atZone(zone)?.toLocalTime()?.toSecondOfDay()?.toLong(),
            leaveS = (state as? VisitState.Closed)?.checkOut?.at?.atZone(zone)?.toLocalTime()?.toSecondOfDay()?.toLong(),
            state = when (state) {
                is VisitState.Open -> StopState.HERE
                is VisitState.Closed, is VisitState.Unreadable -> StopState.DONE
                is VisitState.Skipped -> StopState.SKIPPED
                VisitState.Planned -> StopState.LATER
            },
        )
    }

    /** The first stop that nobody has been at comes next. */
    private fun withNext(stops: List<DayStop>): List<DayStop> {
        val next = stops.indexOfFirst { it.state == StopState.LATER }
        return stops.mapIndexed { index, stop -> if (index == next) stop.copy(state = StopState.NEXT) else stop }
    }

    private companion object {
        const val PROPOSAL = "proposal"
        const val LUNCH = "lunch_s"
        const val TRAVEL = "travel_s"
        const val ENDS = "ends_s"
        const val SETTLE_MS = 150L
    }
}
