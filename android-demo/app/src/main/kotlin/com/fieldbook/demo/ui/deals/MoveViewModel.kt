package com.fieldbook.demo.ui.deals

import androidx.lifecycle.SavedStateHandle
import androidx.lifecycle.ViewModel
import androidx.lifecycle.viewModelScope
import com.fieldbook.core.DealException
import com.fieldbook.core.DealStanding
import com.fieldbook.core.GateVerdict
import com.fieldbook.core.UnmetReason
import com.fieldbook.demo.data.BookRepository
import com.fieldbook.demo.ui.common.Message
import com.fieldbook.demo.ui.common.refusal
import java.time.ZoneId
import kotlinx.coroutines.FlowPreview
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.flow.debounce
import kotlinx.coroutines.flow.update
import kotlinx.coroutines.launch

/** A move in front of a shut gate: what is missing, and what the rep has filled in. */
data class MoveState(
    val standing: DealStanding? = null,
    val verdict: GateVerdict? = null,
    val values: Map<String, String> = mapOf(),
    val checks: Set<String> = setOf(),
    val why: String = "",
    val isDone: Boolean = false,
    val message: Message? = null,
) {
    /** The empty fields that the rep can write here, by name. */
    val fields: List<String>
        get() = verdict?.missing.orEmpty().mapNotNull { (it.because as? UnmetReason.FieldEmpty)?.field } - NOT_TYPED

    private companion object {
        /** Fields that name another record. */
        val NOT_TYPED = setOf("account_id")
    }
}

/** The move of a deal to a stage whose gate is shut. */
@OptIn(FlowPreview::class)
class MoveViewModel(
    private val repository: BookRepository,
    private val zone: ZoneId,
    private val deal: String,
    private val stage: String,
    private val saved: SavedStateHandle,
) : ViewModel() {
    private val shown = MutableStateFlow(
        MoveState(
            values = saved.get<HashMap<String, String>>(VALUES).orEmpty(),
            checks = saved.get<ArrayList<String>>(CHECKS).orEmpty().toSet(),
            why = saved.get<String>(WHY).orEmpty(),
        ),
    )

    /** What the screen shows. */
    val state: StateFlow<MoveState> = shown.asStateFlow()

    init {
        viewModelScope.launch {
            attempt { load() }
            repository.changes.debounce(SETTLE_MS).collect { if (!shown.value.isDone) attempt { load() } }
        }
    }

    /** Writes what belongs into a field. It outlives the process. */
    fun write(field: String, text: String) = keep { it.copy(values = it.values + (field to text)) }

    /** Checks something off, or not. It outlives the process. */
    fun check(name: String, isDone: Boolean) =
        keep { it.copy(checks = if (isDone) it.checks + name else it.checks - name) }

    /** Writes the reason of a forced move. It outlives the process. */
    fun explain(why: String) = keep { it.copy(why = why) }

    /** Moves the deal with what was filled in; with [force] past what is still missing, where the role may. */
    fun move(force: Boolean) {
        viewModelScope.launch {
            attempt {
                try {
                    val (filled, why) = shown.value.let { it.filled() to it.why.ifBlank { null } }
                    repository.advance(deal, stage, filled, why, force, zone)
                    shown.update { it.copy(isDone = true) }
                } catch (refused: DealException.Refused) {
                    refused.v1.verdict?.let { verdict -> shown.update { it.copy(verdict = verdict) } }
                    throw refused
                }
            }
        }
    }

    private fun MoveState.filled(): Map<String, Any?> =
        values.filterValues(String::isNotBlank) + checks.associate { "check/$it" to true }

    private fun keep(change: (MoveState) -> MoveState) {
        shown.update(change)
        val now = shown.value
        saved[VALUES] = HashMap(now.values)
        saved[CHECKS] = ArrayList(now.checks)
        saved[WHY] = now.why
    }

    private suspend fun attempt(work: suspend () -> Unit) {
        val message = refusal(work)
        shown.update { it.copy(message = message) }
    }

    private suspend fun load() {
        val standing = repository.standings(listOf(deal), zone).firstOrNull()
        val verdict = repository.needsUntil(deal, stage, zone)
        shown.update { it.copy(standing = standing, verdict = verdict) }
    }

    private companion object {
        const val VALUES = "values"
        const val CHECKS = "checks"
        const val WHY = "why"
        const val SETTLE_MS = 150L
    }
}
