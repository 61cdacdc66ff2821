package com.fieldbook.demo.ui.tasks

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.PaddingValues
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.lazy.LazyColumn
import androidx.compose.foundation.lazy.items
import androidx.compose.foundation.selection.toggleable
import androidx.compose.foundation.text.KeyboardActions
import androidx.compose.foundation.text.KeyboardOptions
import androidx.compose.material.icons.Icons
import androidx.compose.material.icons.filled.Add
import androidx.compose.material3.Checkbox
import androidx.compose.material3.FilledIconButton
import androidx.compose.material3.Icon
import androidx.compose.material3.ListItem
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.OutlinedTextField
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.runtime.getValue
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.platform.testTag
import androidx.compose.ui.res.stringResource
import androidx.compose.ui.semantics.Role
import androidx.compose.ui.text.input.ImeAction
import androidx.compose.ui.text.style.TextDecoration
import androidx.compose.ui.unit.dp
import androidx.lifecycle.compose.collectAsStateWithLifecycle
import com.fieldbook.demo.R
import com.fieldbook.demo.data.AppContainer
import com.fieldbook.demo.data.BookRepository
import com.fieldbook.demo.ui.Destination
import com.fieldbook.demo.ui.SettingsButton
import com.fieldbook.demo.ui.common.Empty
import com.fieldbook.demo.ui.common.Loading
import com.fieldbook.demo.ui.common.Notice
import com.fieldbook.demo.ui.common.ScreenFrame
import com.fieldbook.demo.ui.common.SectionTitle
import com.fieldbook.demo.ui.common.day
import com.fieldbook.demo.ui.common.screenLocale
import com.fieldbook.demo.ui.common.text
import com.fieldbook.demo.ui.screenModel
import java.time.LocalDate

/** The screen Tasks with its view model. */
@Composable
fun TasksRoute(container: AppContainer, repository: BookRepository, open: (Destination) -> Unit) {
    val model = screenModel { saved -> TasksViewModel(container, repository, saved) }
    val state by model.state.collectAsStateWithLifecycle()
    TasksScreen(state, LocalDate.now(container.clock), model::write, model::add, model::mark, open)
}

/** A line to write a task in, the open ones by day, and those that are done. */
@Composable
fun TasksScreen(
    state: TasksState,
    today: LocalDate,
    write: (String) -> Unit = {},
    add: () -> Unit = {},
    mark: (String, Boolean) -> Unit = { _, _ -> },
    open: (Destination) -> Unit = {},
) {
    ScreenFrame(title = stringResource(R.string.tasks), actions = { SettingsButton(open) }) { inner ->
        Column(Modifier.padding(inner)) {
            NewTask(state.draft, write, add)
            state.message?.let { Notice(it.text(), Modifier.padding(16.dp, 8.dp)) }
            when {
                state.isLoading -> Loading()
                state.open.isEmpty() && state.done.isEmpty() ->
                    Empty(stringResource(R.string.no_tasks), stringResource(R.string.no_tasks_hint))
                else -> LazyColumn(Modifier.testTag("tasks"), contentPadding = PaddingValues(bottom = 16.dp)) {
                    items(state.open, key = TaskRow::id) { TaskItem(it, today, mark) }
                    if (state.done.isNotEmpty()) item(key = "done") { SectionTitle(stringResource(R.string.tasks_done)) }
                    items(state.done, key = TaskRow::id) { TaskItem(it, today, mark) }
                }
            }
        }
    }
}

@Composable
private fun NewTask(draft: String, write: (String) -> Unit, add: () -> Unit) = Row(
    Modifier.padding(horizontal = 16.dp),
    Arrangement.spacedBy(8.dp),
    Alignment.CenterVertically,
) {
    OutlinedTextField(
        draft,
        write,
        Modifier.weight(1f).testTag("new-task"),
        label = { Text(stringResource(R.string.new_task)) },
        keyboardOptions = KeyboardOptions(imeAction = ImeAction.Done),
        keyboardActions = KeyboardActions(onDone = { if (draft.isNotBlank()) add() }),
        singleLine = true,
    )
    FilledIconButton(add, Modifier.padding(top = 8.dp), enabled = draft.isNotBlank()) {
        Icon(Icons.Default.Add, stringResource(R.string.add_task))
    }
}

@Composable
private fun TaskItem(row: TaskRow, today: LocalDate, mark: (String, Boolean) -> Unit) {
    val (isDone, colors) = (row.task.doneAtMs != null) to MaterialTheme.colorScheme
    val due = row.task.dueOn?.let(LocalDate::parse)
    val isLate = !isDone && due != null && due < today
    val by = due?.let { stringResource(if (isLate) R.string.was_due else R.string.due, day(it, screenLocale())) }
    val detail = listOfNotNull(by, row.account).joinToString(" · ")
    ListItem(
        headlineContent = { Text(row.task.name, textDecoration = if (isDone) TextDecoration.LineThrough else null) },
        supportingContent = detail.ifEmpty { null }?.let {
            { Text(it, color = if (isLate) colors.error else colors.onSurfaceVariant) }
        },
        leadingContent = { Checkbox(isDone, onCheckedChange = null) },
        modifier = Modifier.toggleable(isDone, role = Role.Checkbox) { mark(row.id, it) },
    )
}
