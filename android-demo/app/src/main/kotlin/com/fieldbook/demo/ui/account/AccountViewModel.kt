package com.fieldbook.demo.ui.account

import androidx.lifecycle.SavedStateHandle
import androidx.lifecycle.ViewModel
import androidx.lifecycle.viewModelScope
import com.fieldbook.account
import com.fieldbook.core.ConflictShown
import com.fieldbook.core.DealStanding
import com.fieldbook.core.HistoryEntry
import com.fieldbook.core.Kind
import com.fieldbook.core.Record
import com.fieldbook.core.VisitState
import com.fieldbook.demo.data.BookRepository
import com.fieldbook.demo.ui.common.Message
import com.fieldbook.demo.ui.common.refusal
import com.fieldbook.visit
import java.time.ZoneId
import kotlinx.coroutines.FlowPreview
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.flow.debounce
import kotlinx.coroutines.flow.update
import kotlinx.coroutines.launch

/**
 * A customer as the screen shows it.
 *
 * @property isHere whether the rep is checked in there.
 * @property conflicts values of the customer and its sites that are not shown because others were written at the same time.
 */
data class AccountState(
    val record: Record? = null,
    val sites: List<Record> = listOf(),
    val contacts: List<Record> = listOf(),
    val deals: List<DealStanding> = listOf(),
    val visits: List<Record> = listOf(),
    val history: List<HistoryEntry> = listOf(),
    val conflicts: List<ConflictShown> = listOf(),
    val isHere: Boolean = false,
    val editing: String? = null,
    val message: Message? = null,
)

/** One customer and all that belongs to it. */
@OptIn(FlowPreview::class)
class AccountViewModel(
    private val repository: BookRepository,
    private val id: String,
    private val zone: ZoneId,
    private val saved: SavedStateHandle,
) : ViewModel() {
    private val shown = MutableStateFlow(AccountState(editing = saved[DRAFT]))

    /** What the screen shows. */
    val state: StateFlow<AccountState> = shown.asStateFlow()

    init {
        viewModelScope.launch {
            attempt { load() }
            repository.changes.debounce(SETTLE_MS).collect { attempt { load() } }
        }
    }

    /** Shows the value that lost. */
    fun use(conflict: ConflictShown) {
        viewModelScope.launch {
            attempt {
                repository.use(conflict)
                load()
            }
        }
    }

    /** Opens, changes or (with null) closes the draft of the phone number. It outlives the process. */
    fun edit(draft: String?) {
        saved[DRAFT] = draft
        shown.update { it.copy(editing = draft) }
    }

    /** Writes the draft. */
    fun save() {
        val draft = shown.value.editing ?: return
        viewModelScope.launch {
            attempt {
                repository.set(id, "phone" to draft.ifBlank { null })
                edit(null)
                load()
            }
        }
    }

    private suspend fun attempt(work: suspend () -> Unit) {
        val message = refusal(work)
        shown.update { it.copy(message = message) }
    }

    private suspend fun load() {
        val record = repository.record(id)
        val sites = repository.sitesOf(id)
        val visits = repository.recordsOf(id, Kind.VISIT)
        val own = (sites + record).map(Record::id).toSet()
        val loaded = AccountState(
            record = record,
            sites = sites,
            contacts = repository.recordsOf(id, Kind.CONTACT),
            deals = repository.standings(repository.recordsOf(id, Kind.OPPORTUNITY).map(Record::id), zone),
            visits = visits.reversed(),
            history = repository.history(id).reversed(),
            conflicts = repository.conflicts().filter { it.record in own },
            isHere = visits.any { it.visit?.state is VisitState.Open },
        )
        shown.update { loaded.copy(editing = it.editing) }
    }

    private companion object {
        const val DRAFT = "draft"
        const val SETTLE_MS = 150L
    }
}
