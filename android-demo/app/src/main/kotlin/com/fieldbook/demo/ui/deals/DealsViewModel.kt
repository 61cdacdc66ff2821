package com.fieldbook.demo.ui.deals

import androidx.lifecycle.SavedStateHandle
import androidx.lifecycle.ViewModel
import androidx.lifecycle.viewModelScope
import com.fieldbook.core.DealStanding
import com.fieldbook.core.Kind
import com.fieldbook.core.Opportunity
import com.fieldbook.demo.data.BookRepository
import com.fieldbook.demo.ui.common.Message
import com.fieldbook.demo.ui.common.refusal
import com.fieldbook.opportunity
import java.time.LocalDate
import java.time.ZoneId
import kotlinx.coroutines.FlowPreview
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.flow.debounce
import kotlinx.coroutines.flow.update
import kotlinx.coroutines.launch

/** A deal in the list, with its standing in the company's process. */
data class DealRow(val id: String, val deal: Opportunity, val account: String?, val standing: DealStanding) {
    /** `true` if the deal was won or lost. */
    val isClosed: Boolean get() = standing.stage?.end != null

    /** `true` if the deal has stood for too long, lost something that its stage requires, or was moved twice at once. */
    val needsAttention: Boolean
        get() = standing.losing.isNotEmpty() ||
            !isClosed && (standing.overdue || standing.noLongerMeets.isNotEmpty())

    /** The id of the deal's stage, or its plain word where the process has no such stage. */
    val stage: String? get() = standing.stage?.id ?: standing.path.lastOrNull()?.stage ?: deal.stage
}

/** A stage that deals are in. */
data class StageChip(val stage: String, val example: DealRow, val count: Int)

/** The deals as the screen shows them: of one stage, or of all. */
data class DealsState(
    val all: List<DealRow> = listOf(),
    val stage: String? = null,
    val isLoading: Boolean = true,
    val message: Message? = null,
) {
    /** The stages that the book's deals are in, in the order of their process, with how many. */
    val stages: List<StageChip>
        get() = all.filter { it.stage != null }.groupBy { it.stage }.map { (stage, rows) ->
            StageChip(stage.orEmpty(), rows.find { it.standing.process != null } ?: rows.first(), rows.size)
        }.sortedBy { chip -> chip.example.standing.process?.stages?.indexOfFirst { it.id == chip.stage }?.takeIf { it >= 0 } ?: 99 }

    private val chosen get() = all.filter { stage == null || it.stage == stage }.sortedBy { it.deal.closeOn ?: "9999" }
    private val calm get() = chosen.filterNot { it.needsAttention || it.isClosed }

    /** Those of the stage that need the rep, the longest in their stage first. */
    val attention: List<DealRow>
        get() = chosen.filter { it.needsAttention }
            .sortedWith(compareByDescending<DealRow> { it.standing.overdue }.thenByDescending { it.standing.daysInStage })

    /** The open ones of the stage that close on [today] or later or on no day yet, the soonest first. */
    fun coming(today: LocalDate): List<DealRow> = calm.filterNot { it.isPast(today) }

    /** The open ones of the stage whose closing day has passed, the latest first. */
    fun past(today: LocalDate): List<DealRow> = calm.filter { it.isPast(today) }.reversed()

    /** Those of the stage that were won or lost, the latest first. */
    val closed: List<DealRow> get() = chosen.filter { it.isClosed && !it.needsAttention }.reversed()

    private fun DealRow.isPast(today: LocalDate) = deal.closeOn?.let { it < today.toString() } ?: false
}

/** All deals of the book. */
@OptIn(FlowPreview::class)
class DealsViewModel(
    private val repository: BookRepository,
    private val zone: ZoneId,
    private val saved: SavedStateHandle,
) : ViewModel() {
    private val shown = MutableStateFlow(DealsState(stage = saved[STAGE]))

    /** What the screen shows. */
    val state: StateFlow<DealsState> = shown.asStateFlow()

    init {
        viewModelScope.launch {
            attempt(::load)
            repository.changes.debounce(SETTLE_MS).collect { attempt(::load) }
        }
    }

    /** Shows the deals of one stage, or (with null) of all. */
    fun show(stage: String?) {
        saved[STAGE] = stage
        shown.update { it.copy(stage = stage) }
    }

    /** Moves a deal to another stage, whose gate is open. */
    fun move(deal: String, stage: String) = edit { repository.advance(deal, stage, mapOf(), null, false, zone) }

    /** Chooses between two moves that were made at the same time. */
    fun settle(deal: String, move: String) = edit { repository.settleMoves(deal, move) }

    private fun edit(work: suspend () -> Unit) {
        viewModelScope.launch {
            attempt {
                work()
                load()
            }
        }
    }

    private suspend fun attempt(work: suspend () -> Unit) {
        val message = refusal(work)
        shown.update { it.copy(message = message, isLoading = false) }
    }

    private suspend fun load() {
        val deals = buildList { repository.pages(Kind.OPPORTUNITY, PAGE).collect { addAll(it.records) } }
        val names = repository.titles(deals.mapNotNull { it.opportunity?.accountId })
        val rows = repository.standings(deals.map { it.id }, zone).mapNotNull { standing ->
            standing.deal.opportunity?.let { DealRow(standing.deal.id, it, names[it.accountId], standing) }
        }
        shown.update { it.copy(all = rows) }
    }

    private companion object {
        const val STAGE = "stage"
        const val PAGE = 100
        const val SETTLE_MS = 150L
    }
}
