package com.fieldbook.demo.ui.tasks

import androidx.lifecycle.SavedStateHandle
import androidx.lifecycle.ViewModel
import androidx.lifecycle.viewModelScope
import com.fieldbook.core.Kind
import com.fieldbook.core.SalesTask
import com.fieldbook.demo.data.AppContainer
import com.fieldbook.demo.data.BookRepository
import com.fieldbook.demo.ui.common.Message
import com.fieldbook.demo.ui.common.refusal
import com.fieldbook.task
import kotlinx.coroutines.FlowPreview
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.flow.debounce
import kotlinx.coroutines.flow.update
import kotlinx.coroutines.launch

/** A task in the list. */
data class TaskRow(val id: String, val task: SalesTask, val account: String?)

/** The tasks as the screen shows them. */
data class TasksState(
    val open: List<TaskRow> = listOf(),
    val done: List<TaskRow> = listOf(),
    val draft: String = "",
    val isLoading: Boolean = true,
    val message: Message? = null,
)

/** The rep's tasks. */
@OptIn(FlowPreview::class)
class TasksViewModel(
    private val container: AppContainer,
    private val repository: BookRepository,
    private val saved: SavedStateHandle,
) : ViewModel() {
    private val shown = MutableStateFlow(TasksState(draft = saved.get<String>(DRAFT).orEmpty()))

    /** What the screen shows. */
    val state: StateFlow<TasksState> = shown.asStateFlow()

    init {
        viewModelScope.launch {
            attempt(::load)
            repository.changes.debounce(SETTLE_MS).collect { attempt(::load) }
        }
    }

    /** The new task, as it is being written. It outlives the process. */
    fun write(draft: String) {
        saved[DRAFT] = draft
        shown.update { it.copy(draft = draft) }
    }

    /** Adds the task that was written. */
    fun add() {
        viewModelScope.launch {
            attempt {
                repository.add(Kind.TASK, "name" to shown.value.draft.trim())
                write("")
                load()
            }
        }
    }

    /** Marks a task as done now, or as open again. */
    fun mark(task: String, isDone: Boolean) {
        viewModelScope.launch {
            attempt {
                repository.set(task, "done_at" to container.clock.instant().takeIf { isDone })
                load()
            }
        }
    }

    private suspend fun attempt(work: suspend () -> Unit) {
        val message = refusal(work)
        shown.update { it.copy(message = message, isLoading = false) }
    }

    private suspend fun load() {
        val records = buildList { repository.pages(Kind.TASK, PAGE).collect { addAll(it.records) } }
        val names = repository.titles(records.mapNotNull { it.task?.accountId })
        val rows = records.mapNotNull { record -> record.task?.let { TaskRow(record.id, it, names[it.accountId]) } }
        val (done, open) = rows.partition { it.task.doneAtMs != null }
        shown.update {
            it.copy(
                open = open.sortedBy { row -> row.task.dueOn ?: "9999" },
                done = done.sortedByDescending { row -> row.task.doneAtMs },
            )
        }
    }

    private companion object {
        const val DRAFT = "draft"
        const val PAGE = 100
        const val SETTLE_MS = 150L
    }
}
