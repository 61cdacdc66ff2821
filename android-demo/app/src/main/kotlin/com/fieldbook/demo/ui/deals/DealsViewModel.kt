package com.fieldbook.demo.ui.deals

import androidx.lifecycle.SavedStateHandle
import androidx.lifecycle.ViewModel
import androidx.lifecycle.viewModelScope
import com.fieldbook.core.Kind
import com.fieldbook.core.Opportunity
import com.fieldbook.demo.data.BookRepository
import com.fieldbook.demo.ui.common.Message
import com.fieldbook.demo.ui.common.refusal
import com.fieldbook.opportunity
import java.time.LocalDate
import kotlinx.coroutines.FlowPreview
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.flow.debounce
import kotlinx.coroutines.flow.update
import kotlinx.coroutines.launch

/** A deal in the list. */
data class DealRow(val id: String, val deal: Opportunity, val account: String?)

/** The deals as the screen shows them: of one stage, or of all. */
data class DealsState(
    val all: List<DealRow> = listOf(),
    val stage: String? = null,
    val isLoading: Boolean = true,
    val message: Message? = null,
) {
    /** The stages that the book's deals are in, in the company's own words, with how many. */
    val stages: Map<String, Int> get() = all.mapNotNull { it.deal.stage }.groupingBy { it }.eachCount()

    private val chosen get() = all.filter { stage == null || it.deal.stage == stage }.sortedBy { it.deal.closeOn ?: "9999" }

    /** Those of the stage that close on [today] or later or on no day yet, the soonest first. */
    fun coming(today: LocalDate): List<DealRow> = chosen.filterNot { it.isPast(today) }

    /** Those of the stage whose closing day has passed, the latest first. */
    fun past(today: LocalDate): List<DealRow> = chosen.filter { it.isPast(today) }.reversed()

    private fun DealRow.isPast(today: LocalDate) = deal.closeOn?.let { it < today.toString() } ?: false
}

/** All deals of the book. */
@OptIn(FlowPreview::class)
class DealsViewModel(private val repository: BookRepository, private val saved: SavedStateHandle) : ViewModel() {
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

    /** Moves a deal to another stage. */
    fun move(deal: String, stage: String) {
        viewModelScope.launch {
            attempt {
                repository.set(deal, "stage" to stage)
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
        val rows = deals.mapNotNull { record ->
            record.opportunity?.let { DealRow(record.id, it, names[it.accountId]) }
        }
        shown.update { it.copy(all = rows) }
    }

    private companion object {
        const val STAGE = "stage"
        const val PAGE = 100
        const val SETTLE_MS = 150L
    }
}
