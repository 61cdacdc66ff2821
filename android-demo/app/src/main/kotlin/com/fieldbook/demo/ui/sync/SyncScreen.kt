package com.fieldbook.demo.ui.sync

import androidx.compose.foundation.clickable
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.PaddingValues
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.lazy.LazyColumn
import androidx.compose.foundation.lazy.LazyListScope
import androidx.compose.foundation.lazy.items
import androidx.compose.material.icons.Icons
import androidx.compose.material.icons.filled.CheckCircle
import androidx.compose.material.icons.filled.Info
import androidx.compose.material.icons.filled.Warning
import androidx.compose.material3.Button
import androidx.compose.material3.Card
import androidx.compose.material3.CardDefaults
import androidx.compose.material3.Icon
import androidx.compose.material3.LinearProgressIndicator
import androidx.compose.material3.ListItem
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.OutlinedButton
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.runtime.getValue
import androidx.compose.ui.Modifier
import androidx.compose.ui.platform.testTag
import androidx.compose.ui.res.pluralStringResource
import androidx.compose.ui.res.stringResource
import androidx.compose.ui.unit.dp
import androidx.lifecycle.compose.collectAsStateWithLifecycle
import com.fieldbook.at
import com.fieldbook.core.ConflictShown
import com.fieldbook.core.Kind
import com.fieldbook.core.LogEntry
import com.fieldbook.core.Status
import com.fieldbook.core.SyncReport
import com.fieldbook.demo.R
import com.fieldbook.demo.data.AppContainer
import com.fieldbook.demo.data.BookRepository
import com.fieldbook.demo.ui.Destination
import com.fieldbook.demo.ui.SettingsButton
import com.fieldbook.demo.ui.common.Loading
import com.fieldbook.demo.ui.common.Notice
import com.fieldbook.demo.ui.common.ScreenFrame
import com.fieldbook.demo.ui.common.SectionTitle
import com.fieldbook.demo.ui.common.age
import com.fieldbook.demo.ui.common.fieldName
import com.fieldbook.demo.ui.common.shown
import com.fieldbook.demo.ui.common.text
import com.fieldbook.demo.ui.common.timeOfDay
import com.fieldbook.demo.ui.screenModel
import com.fieldbook.lastSyncAt
import com.fieldbook.oldestUnsentAt
import java.time.Duration
import java.time.Instant

/** The screen Sync with its view model. */
@Composable
fun SyncRoute(container: AppContainer, repository: BookRepository, open: (Destination) -> Unit) {
    val model = screenModel { SyncViewModel(repository) }
    val state by model.state.collectAsStateWithLifecycle()
    SyncScreen(state, container.clock.instant(), model::sync, model::stop, open)
}

/** What is unsent and how old, what needs the rep, and what happened. */
@Composable
fun SyncScreen(
    state: SyncState,
    now: Instant,
    sync: () -> Unit = {},
    stop: () -> Unit = {},
    open: (Destination) -> Unit = {},
) {
    ScreenFrame(title = stringResource(R.string.sync), actions = { SettingsButton(open) }) { inner ->
        val status = state.status ?: return@ScreenFrame Loading(Modifier.padding(inner))
        LazyColumn(Modifier.padding(inner).testTag("sync"), contentPadding = PaddingValues(bottom = 16.dp)) {
            item { Summary(status, state, now, sync, stop, open) }
            state.message?.let { item { Notice(it.text(), Modifier.padding(16.dp, 4.dp)) } }
            state.report?.let { item { Report(it) } }
            attention(status, state.conflicts, open)
            if (state.log.isNotEmpty()) item { SectionTitle(stringResource(R.string.sync_log)) }
            items(state.log) { LogItem(it) }
        }
    }
}

@Composable
private fun Summary(
    status: Status,
    state: SyncState,
    now: Instant,
    sync: () -> Unit,
    stop: () -> Unit,
    open: (Destination) -> Unit,
) = Card(
    Modifier.fillMaxWidth().padding(16.dp, 8.dp),
    colors = CardDefaults.cardColors(containerColor = MaterialTheme.colorScheme.surfaceContainerHigh),
) {
    Column(Modifier.padding(16.dp), verticalArrangement = Arrangement.spacedBy(8.dp)) {
        val unsent = status.unsent.toInt()
        Text(
            if (unsent == 0) stringResource(R.string.all_sent) else pluralStringResource(R.plurals.unsent_edits, unsent, unsent),
            style = MaterialTheme.typography.titleLarge,
        )
        status.oldestUnsentAt?.let { Text(stringResource(R.string.oldest_unsent, since(it, now))) }
        Text(
            status.lastSyncAt?.let { stringResource(R.string.last_sync, since(it, now)) }
                ?: stringResource(R.string.never_synced),
            color = MaterialTheme.colorScheme.onSurfaceVariant,
        )
        when {
            status.serverUrl == null -> {
                Text(stringResource(R.string.not_joined_hint))
                Button({ open(Destination.Settings) }) { Text(stringResource(R.string.join_a_server)) }
            }
            state.isSyncing -> {
                LinearProgressIndicator(Modifier.fillMaxWidth())
                OutlinedButton(stop) { Text(stringResource(R.string.stop)) }
            }
            else -> Button(sync, Modifier.testTag("sync-now")) { Text(stringResource(R.string.sync_now)) }
        }
    }
}

@Composable
private fun since(at: Instant, now: Instant): String = age(Duration.between(at, now).seconds).text()

@Composable
private fun Report(report: SyncReport) = Notice(
    stringResource(R.string.sync_report, report.accepted.toInt(), report.received.toInt()),
    Modifier.padding(16.dp, 4.dp),
    Icons.Default.CheckCircle,
    isError = false,
)

private fun LazyListScope.attention(
    status: Status,
    conflicts: List<ConflictShown>,
    open: (Destination) -> Unit,
) {
    item { SectionTitle(stringResource(R.string.needs_attention)) }
    val refused = status.refused.toInt()
    if (refused == 0 && conflicts.isEmpty()) {
        item {
            ListItem(
                headlineContent = { Text(stringResource(R.string.nothing_needs_attention)) },
                leadingContent = { Icon(Icons.Default.CheckCircle, contentDescription = null) },
            )
        }
    }
    if (refused > 0) {
        item {
            ListItem(
                headlineContent = { Text(pluralStringResource(R.plurals.refused_edits, refused, refused)) },
                supportingContent = { Text(stringResource(R.string.refused_hint)) },
                leadingContent = {
                    Icon(Icons.Default.Warning, contentDescription = null, tint = MaterialTheme.colorScheme.error)
                },
            )
        }
    }
    items(conflicts, key = { "${it.record} ${it.field} ${it.change}" }) { ConflictItem(it, open) }
}

@Composable
private fun ConflictItem(conflict: ConflictShown, open: (Destination) -> Unit) = ListItem(
    headlineContent = { Text(conflict.title) },
    supportingContent = {
        Text(stringResource(R.string.two_values, fieldName(conflict.field).text(), conflict.shown.shown(), conflict.lost.shown()))
    },
    leadingContent = { Icon(Icons.Default.Warning, contentDescription = null, tint = MaterialTheme.colorScheme.tertiary) },
    modifier = if (conflict.kind == Kind.ACCOUNT) {
        Modifier.clickable { open(Destination.Account(conflict.record)) }
    } else {
        Modifier
    },
)

@Composable
private fun LogItem(entry: LogEntry) = ListItem(
    headlineContent = { Text(entry.event, style = MaterialTheme.typography.bodyMedium) },
    overlineContent = { Text(timeOfDay(entry.at)) },
    leadingContent = { Icon(Icons.Default.Info, contentDescription = null) },
)
