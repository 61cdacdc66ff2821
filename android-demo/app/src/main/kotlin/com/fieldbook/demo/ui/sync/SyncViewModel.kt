package com.fieldbook.demo.ui.sync

import androidx.lifecycle.ViewModel
import androidx.lifecycle.viewModelScope
import com.fieldbook.core.ConflictShown
import com.fieldbook.core.LogEntry
import com.fieldbook.core.Status
import com.fieldbook.core.SyncReport
import com.fieldbook.demo.data.BookRepository
import com.fieldbook.demo.ui.common.Message
import com.fieldbook.demo.ui.common.refusal
import kotlinx.coroutines.FlowPreview
import kotlinx.coroutines.Job
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.flow.debounce
import kotlinx.coroutines.flow.update
import kotlinx.coroutines.launch

/** The sync as the screen shows it. */
data class SyncState(
    val status: Status? = null,
    val conflicts: List<ConflictShown> = listOf(),
    val log: List<LogEntry> = listOf(),
    val isSyncing: Boolean = false,
    val report: SyncReport? = null,
    val message: Message? = null,
)

/** What is unsent, what needs the rep, and a sync at the rep's wish. */
@OptIn(FlowPreview::class)
class SyncViewModel(private val repository: BookRepository) : ViewModel() {
    private val shown = MutableStateFlow(SyncState())
    private var running: Job? = null

    /** What the screen shows. */
    val state: StateFlow<SyncState> = shown.asStateFlow()

    init {
        viewModelScope.launch {
            attempt(::load)
            repository.changes.debounce(SETTLE_MS).collect { attempt(::load) }
        }
    }

    /** Syncs now. */
    fun sync() {
        if (running?.isActive == true) return
        shown.update { it.copy(isSyncing = true, message = null, report = null) }
        running = viewModelScope.launch {
            try {
                attempt {
                    val report = repository.sync()
                    shown.update { it.copy(report = report) }
                }
            } finally {
                shown.update { it.copy(isSyncing = false) }
            }
            val failed = shown.value.message
            attempt(::load)
            shown.update { it.copy(message = it.message ?: failed) }
        }
    }

    /** Ends the sync after the request under way. */
    fun stop() {
        running?.cancel()
        viewModelScope.launch { attempt(::load) }
    }

    private suspend fun attempt(work: suspend () -> Unit) {
        val message = refusal(work)
        if (message != null) shown.update { it.copy(message = message) }
    }

    private suspend fun load() {
        val (status, conflicts, log) = Triple(repository.status(), repository.conflicts(), repository.log())
        shown.update { it.copy(status = status, conflicts = conflicts, log = log) }
    }

    private companion object {
        const val SETTLE_MS = 150L
    }
}
