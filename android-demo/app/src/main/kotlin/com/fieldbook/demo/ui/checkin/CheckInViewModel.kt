package com.fieldbook.demo.ui.checkin

import androidx.lifecycle.SavedStateHandle
import androidx.lifecycle.ViewModel
import androidx.lifecycle.viewModelScope
import com.fieldbook.core.Kind
import com.fieldbook.core.Record
import com.fieldbook.core.VisitState
import com.fieldbook.demo.data.AppContainer
import com.fieldbook.demo.data.BookRepository
import com.fieldbook.demo.data.Ground
import com.fieldbook.demo.platform.LocationAccess
import com.fieldbook.demo.ui.common.Message
import com.fieldbook.demo.ui.common.refusal
import com.fieldbook.visit
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.flow.update
import kotlinx.coroutines.launch

/**
 * The door as the screen shows it.
 *
 * @property visit the visit that is open or was just closed; null before the check-in.
 * @property isWorking whether fixes are being waited for.
 */
data class CheckInState(
    val title: String = "",
    val access: LocationAccess = LocationAccess.NONE,
    val isLoading: Boolean = true,
    val isWorking: Boolean = false,
    val visit: Record? = null,
    val outcome: String = "",
    val ground: List<Ground> = listOf(),
    val message: Message? = null,
)

/** Checking in at a customer and out again. The tap is saved whatever the fixes say. */
class CheckInViewModel(
    private val container: AppContainer,
    private val repository: BookRepository,
    private val account: String,
    private val saved: SavedStateHandle,
) : ViewModel() {
    private val shown = MutableStateFlow(CheckInState(outcome = saved.get<String>(OUTCOME).orEmpty()))

    /** What the screen shows. */
    val state: StateFlow<CheckInState> = shown.asStateFlow()

    init {
        viewModelScope.launch { attempt(::load) }
        viewModelScope.launch { container.ground().let { ground -> shown.update { it.copy(ground = ground) } } }
    }

    /** The rep may have answered the system's question. */
    fun accessChanged() = shown.update { it.copy(access = container.location.access()) }

    /** Checks in, with whatever fixes come within a few seconds. */
    fun checkIn() = working {
        val fixes = container.location.fixes()
        val visit = repository.checkIn(account, site = null, fixes, container.location.tapClock())
        saved[VISIT] = visit.id
        shown.update { it.copy(visit = visit) }
    }

    /** Checks out with the outcome that was written. */
    fun checkOut() = working {
        val open = shown.value.visit ?: return@working
        val fixes = container.location.fixes()
        val outcome = shown.value.outcome.ifBlank { null }
        val visit = repository.checkOut(open.id, fixes, outcome, container.location.tapClock())
        shown.update { it.copy(visit = visit) }
    }

    /** The outcome, as it is being written. It outlives the process. */
    fun write(outcome: String) {
        saved[OUTCOME] = outcome
        shown.update { it.copy(outcome = outcome) }
    }

    private fun working(work: suspend () -> Unit) {
        if (shown.value.isWorking) return
        shown.update { it.copy(isWorking = true, message = null) }
        viewModelScope.launch {
            attempt(work)
            shown.update { it.copy(isWorking = false) }
        }
    }

    private suspend fun attempt(work: suspend () -> Unit) {
        val message = refusal(work)
        if (message != null) shown.update { it.copy(message = message, isLoading = false) }
    }

    private suspend fun load() {
        val known = saved.get<String>(VISIT)
        val visit = if (known != null) repository.record(known) else openVisit()
        val title = repository.record(account).title
        shown.update {
            it.copy(title = title, access = container.location.access(), isLoading = false, visit = visit)
        }
    }

    private suspend fun openVisit(): Record? =
        repository.recordsOf(account, Kind.VISIT).find { it.visit?.state is VisitState.Open }

    private companion object {
        const val VISIT = "visit"
        const val OUTCOME = "outcome"
    }
}
