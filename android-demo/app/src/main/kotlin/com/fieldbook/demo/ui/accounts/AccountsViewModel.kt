package com.fieldbook.demo.ui.accounts

import androidx.lifecycle.SavedStateHandle
import androidx.lifecycle.ViewModel
import androidx.lifecycle.viewModelScope
import com.fieldbook.account
import com.fieldbook.core.Kind
import com.fieldbook.core.Place
import com.fieldbook.core.Record
import com.fieldbook.demo.R
import com.fieldbook.demo.data.AppContainer
import com.fieldbook.demo.data.BookRepository
import com.fieldbook.demo.platform.LocationAccess
import com.fieldbook.demo.ui.common.Message
import com.fieldbook.demo.ui.common.refusal
import kotlinx.coroutines.FlowPreview
import kotlinx.coroutines.Job
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.flow.debounce
import kotlinx.coroutines.flow.update
import kotlinx.coroutines.launch

/** A customer in a list. */
data class AccountRow(
    val id: String,
    val title: String,
    val city: String?,
    val tier: String?,
    val distanceM: Double? = null,
    val conflicts: Int = 0,
    val isUnsent: Boolean = false,
)

/** The customers as the screen shows them. */
data class AccountsState(
    val query: String = "",
    val isNear: Boolean = false,
    val rows: List<AccountRow> = listOf(),
    val hasMore: Boolean = false,
    val isLoading: Boolean = true,
    val message: Message? = null,
)

/** All customers page by page, those that a search finds, or those nearby. */
@OptIn(FlowPreview::class)
class AccountsViewModel(
    private val container: AppContainer,
    private val repository: BookRepository,
    private val saved: SavedStateHandle,
) : ViewModel() {
    private val shown = MutableStateFlow(
        AccountsState(query = saved.get<String>(QUERY).orEmpty(), isNear = saved.get<Boolean>(NEAR) == true),
    )
    private val wanted = Channel<Unit>(Channel.CONFLATED)
    private var loading: Job? = null

    /** What the screen shows. */
    val state: StateFlow<AccountsState> = shown.asStateFlow()

    init {
        reload()
        viewModelScope.launch { repository.changes.debounce(SETTLE_MS).collect { if (!shown.value.isNear) reload() } }
    }

    /** Searches for customers; an empty query shows all of them. */
    fun search(query: String) {
        saved[QUERY] = query
        saved[NEAR] = false
        shown.update { it.copy(query = query, isNear = false, message = null) }
        reload(pauseMs = TYPING_MS)
    }

    /** Shows those nearby, or all again. */
    fun near(isNear: Boolean) {
        saved[NEAR] = isNear
        shown.update { it.copy(isNear = isNear, message = null) }
        reload()
    }

    /** The rep has come near the end of the list. */
    fun loadMore() {
        wanted.trySend(Unit)
    }

    private fun reload(pauseMs: Long = 0) {
        loading?.cancel()
        loading = viewModelScope.launch {
            delay(pauseMs)
            val now = shown.value
            val message = refusal {
                when {
                    now.isNear -> loadNear()
                    now.query.isBlank() -> loadPages(atLeast = now.rows.size)
                    else -> show(repository.search(now.query).map { it.toRow() })
                }
            }
            if (message != null) shown.update { it.copy(message = message, isLoading = false) }
        }
    }

    /** Fetches one page, and each further one when the list asks for it; after a change as many as were shown. */
    private suspend fun loadPages(atLeast: Int) {
        val rows = mutableListOf<AccountRow>()
        repository.pages(Kind.ACCOUNT, PAGE).collect { page ->
            rows += page.records.map { it.toRow() }
            if (rows.size < atLeast && page.more) return@collect
            show(rows.toList(), page.more)
            if (page.more) wanted.receive()
        }
    }

    private suspend fun loadNear() {
        shown.update { it.copy(isLoading = true) }
        val fix = container.location.fixes().lastOrNull()
        if (fix == null) {
            val isRefused = container.location.access() == LocationAccess.NONE
            show(listOf())
            shown.update { it.copy(message = Message(if (isRefused) R.string.no_permission else R.string.no_position)) }
        } else {
            val found = repository.near(Place(fix.lat, fix.lon), NEAR_M)
            show(found.map { it.account.toRow(it.distanceM) }.distinctBy(AccountRow::id))
        }
    }

    private fun show(rows: List<AccountRow>, hasMore: Boolean = false) =
        shown.update { it.copy(rows = rows, hasMore = hasMore, isLoading = false) }

    private fun Record.toRow(distanceM: Double? = null) = AccountRow(
        id = id,
        title = title,
        city = account?.address?.let { listOfNotNull(it.street, it.city).joinToString(", ").ifEmpty { null } },
        tier = account?.tier,
        distanceM = distanceM,
        conflicts = conflicts.toInt(),
        isUnsent = unsent,
    )

    private companion object {
        const val QUERY = "query"
        const val NEAR = "near"
        const val PAGE = 50
        const val NEAR_M = 5_000.0
        const val TYPING_MS = 150L
        const val SETTLE_MS = 150L
    }
}
