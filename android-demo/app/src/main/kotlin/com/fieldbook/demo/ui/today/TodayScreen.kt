package com.fieldbook.demo.ui.today

import androidx.compose.foundation.clickable
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.FlowRow
import androidx.compose.foundation.layout.PaddingValues
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.height
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.size
import androidx.compose.foundation.lazy.LazyColumn
import androidx.compose.foundation.lazy.itemsIndexed
import androidx.compose.foundation.shape.RoundedCornerShape
import androidx.compose.material.icons.Icons
import androidx.compose.material.icons.filled.Check
import androidx.compose.material.icons.filled.Info
import androidx.compose.material.icons.filled.MoreVert
import androidx.compose.material3.Button
import androidx.compose.material3.Card
import androidx.compose.material3.CardDefaults
import androidx.compose.material3.DropdownMenu
import androidx.compose.material3.DropdownMenuItem
import androidx.compose.material3.HorizontalDivider
import androidx.compose.material3.Icon
import androidx.compose.material3.IconButton
import androidx.compose.material3.LinearProgressIndicator
import androidx.compose.material3.ListItem
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.OutlinedButton
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.saveable.rememberSaveable
import androidx.compose.runtime.setValue
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.draw.clip
import androidx.compose.ui.platform.testTag
import androidx.compose.ui.res.pluralStringResource
import androidx.compose.ui.res.stringResource
import androidx.compose.ui.text.style.TextDecoration
import androidx.compose.ui.unit.dp
import androidx.lifecycle.compose.collectAsStateWithLifecycle
import com.fieldbook.core.PlanEvent
import com.fieldbook.demo.R
import com.fieldbook.demo.data.AppContainer
import com.fieldbook.demo.data.BookRepository
import com.fieldbook.demo.ui.Destination
import com.fieldbook.demo.ui.SettingsButton
import com.fieldbook.demo.ui.common.Badge
import com.fieldbook.demo.ui.common.Empty
import com.fieldbook.demo.ui.common.Loading
import com.fieldbook.demo.ui.common.Notice
import com.fieldbook.demo.ui.common.ScreenFrame
import com.fieldbook.demo.ui.common.age
import com.fieldbook.demo.ui.common.longDay
import com.fieldbook.demo.ui.common.screenLocale
import com.fieldbook.demo.ui.common.text
import com.fieldbook.demo.ui.common.timeOfDay
import com.fieldbook.demo.ui.screenModel

/** What the rep can do with the day. */
data class TodayActions(
    val plan: () -> Unit = {},
    val keep: () -> Unit = {},
    val discard: () -> Unit = {},
    val replan: (PlanEvent) -> Unit = {},
    val replanFromHere: () -> Unit = {},
    val loadSample: () -> Unit = {},
    val open: (Destination) -> Unit = {},
)

/** The screen Today with its view model. */
@Composable
fun TodayRoute(container: AppContainer, repository: BookRepository, open: (Destination) -> Unit) {
    val model = screenModel { saved -> TodayViewModel(container, repository, saved) }
    val state by model.state.collectAsStateWithLifecycle()
    val actions = TodayActions(
        plan = { model.plan() },
        keep = { model.keep() },
        discard = { model.discard() },
        replan = { model.replan(it) },
        replanFromHere = { model.replanFromHere() },
        loadSample = { model.loadSample() },
        open = open,
    )
    TodayScreen(state, actions)
}

/** The route on a map, the next stop, and all stops with lunch between them. */
@Composable
fun TodayScreen(state: TodayState, actions: TodayActions) {
    ScreenFrame(
        title = stringResource(R.string.today),
        actions = {
            if (state.stops.isNotEmpty()) BrokenDay(state, actions)
            SettingsButton(actions.open)
        },
    ) { inner ->
        when {
            state.isLoading -> Loading(Modifier.padding(inner))
            state.isEmptyBook -> Empty(
                stringResource(R.string.no_accounts),
                stringResource(R.string.no_accounts_hint),
                Modifier.padding(inner),
            ) {
                Button(actions.loadSample, Modifier.testTag("sample")) { Text(stringResource(R.string.load_sample)) }
                OutlinedButton({ actions.open(Destination.Settings) }) { Text(stringResource(R.string.join_a_server)) }
                state.message?.let { Notice(it.text()) }
            }
            else -> Day(state, actions, inner)
        }
        if (state.isPlanning) {
            LinearProgressIndicator(Modifier.fillMaxWidth().padding(top = inner.calculateTopPadding()))
        }
    }
}

@Composable
private fun Day(state: TodayState, actions: TodayActions, inner: PaddingValues) {
    val lunchBefore = state.lunchS?.let { lunch -> state.stops.indexOfFirst { (it.arriveS ?: 0) >= lunch } }
    LazyColumn(Modifier.padding(inner).testTag("day"), contentPadding = PaddingValues(bottom = 16.dp)) {
        item(key = "date") {
            Text(
                longDay(state.date, screenLocale()),
                Modifier.padding(horizontal = 16.dp),
                style = MaterialTheme.typography.bodyLarge,
                color = MaterialTheme.colorScheme.onSurfaceVariant,
            )
        }
        item(key = "map") { RouteMap(state) }
        state.message?.let { item(key = "message") { Notice(it.text(), Modifier.padding(16.dp, 8.dp)) } }
        if (state.moved.isNotEmpty()) item(key = "moved") { Moved(state.moved) }
        item(key = "next") { NextStop(state, actions) }
        itemsIndexed(state.stops, key = { index, stop -> "$index ${stop.account}" }) { index, stop ->
            if (index == lunchBefore) Lunch(checkNotNull(state.lunchS))
            StopRow(index + 1, stop) { actions.open(Destination.Account(stop.account)) }
        }
        if (lunchBefore == -1) item(key = "lunch") { Lunch(checkNotNull(state.lunchS)) }
    }
}

@Composable
private fun RouteMap(state: TodayState) {
    val stops = state.stops.joinToString { it.title }
    DayMap(
        state.stops,
        state.ground,
        pluralStringResource(R.plurals.map_description, state.stops.size, state.stops.size, stops),
        Modifier.fillMaxWidth().padding(16.dp, 12.dp).height(240.dp).clip(RoundedCornerShape(16.dp)).testTag("map"),
    )
}

@Composable
private fun Moved(names: List<String>) = Notice(
    stringResource(R.string.moved_promises, names.joinToString()),
    Modifier.padding(16.dp, 4.dp),
    Icons.Default.Info,
    isError = false,
)

@Composable
private fun NextStop(state: TodayState, actions: TodayActions) {
    val next = state.next
    Card(
        Modifier.fillMaxWidth().padding(16.dp, 4.dp).testTag("next"),
        colors = CardDefaults.cardColors(containerColor = MaterialTheme.colorScheme.surfaceContainerHigh),
    ) {
        Column(Modifier.padding(16.dp), verticalArrangement = Arrangement.spacedBy(8.dp)) {
            when {
                state.isProposal -> Proposal(state, actions)
                next != null -> Next(next, actions)
                state.stops.isEmpty() -> Unplanned(actions)
                else -> Text(stringResource(R.string.day_done), style = MaterialTheme.typography.titleMedium)
            }
            Sums(state)
        }
    }
}

@Composable
private fun Proposal(state: TodayState, actions: TodayActions) {
    Text(
        pluralStringResource(R.plurals.proposal, state.stops.size, state.stops.size),
        style = MaterialTheme.typography.titleMedium,
    )
    FlowRow(horizontalArrangement = Arrangement.spacedBy(8.dp)) {
        Button(actions.keep, Modifier.testTag("keep"), enabled = !state.isPlanning) { Text(stringResource(R.string.keep_plan)) }
        OutlinedButton(actions.discard, enabled = !state.isPlanning) { Text(stringResource(R.string.discard_plan)) }
    }
}

@Composable
private fun Next(next: DayStop, actions: TodayActions) {
    val isHere = next.state == StopState.HERE
    Text(
        stringResource(if (isHere) R.string.here_now else R.string.next_stop),
        style = MaterialTheme.typography.labelLarge,
        color = MaterialTheme.colorScheme.tertiary,
    )
    Text(next.title, style = MaterialTheme.typography.titleLarge)
    next.arriveS?.let { Text(stringResource(R.string.at_time, timeOfDay(it)), style = MaterialTheme.typography.bodyMedium) }
    FlowRow(horizontalArrangement = Arrangement.spacedBy(8.dp)) {
        Button({ actions.open(Destination.CheckIn(next.account)) }, Modifier.testTag("next-check-in")) {
            Text(stringResource(if (isHere) R.string.check_out else R.string.check_in))
        }
        OutlinedButton({ actions.open(Destination.Account(next.account)) }) { Text(stringResource(R.string.account)) }
    }
}

@Composable
private fun Unplanned(actions: TodayActions) {
    Text(stringResource(R.string.no_plan), style = MaterialTheme.typography.titleMedium)
    Text(
        stringResource(R.string.no_plan_hint),
        style = MaterialTheme.typography.bodyMedium,
        color = MaterialTheme.colorScheme.onSurfaceVariant,
    )
    Button(actions.plan, Modifier.testTag("plan")) { Text(stringResource(R.string.plan_day)) }
}

@Composable
private fun Sums(state: TodayState) {
    val parts = listOfNotNull(
        state.lunchS?.let { stringResource(R.string.lunch_at, timeOfDay(it)) },
        state.travelS?.let { stringResource(R.string.on_the_road, age(it).text()) },
        state.endsS?.let { stringResource(R.string.done_at, timeOfDay(it)) },
        state.leftOut.takeIf { it > 0 }?.let { pluralStringResource(R.plurals.left_out, it, it) },
    )
    if (parts.isNotEmpty()) {
        Text(
            parts.joinToString(" · "),
            style = MaterialTheme.typography.bodyMedium,
            color = MaterialTheme.colorScheme.onSurfaceVariant,
        )
    }
}

@Composable
private fun StopRow(number: Int, stop: DayStop, onClick: () -> Unit) {
    val colors = MaterialTheme.colorScheme
    val isOver = stop.state == StopState.DONE || stop.state == StopState.SKIPPED
    val word = when (stop.state) {
        StopState.DONE -> stringResource(R.string.state_done)
        StopState.SKIPPED -> stringResource(R.string.state_skipped)
        StopState.HERE -> stringResource(R.string.here_now)
        StopState.NEXT, StopState.LATER -> null
    }
    val times = listOfNotNull(stop.arriveS, stop.leaveS).joinToString(" – ") { timeOfDay(it) }
    ListItem(
        headlineContent = {
            Text(
                stop.title,
                color = if (isOver) colors.onSurfaceVariant else colors.onSurface,
                textDecoration = if (stop.state == StopState.SKIPPED) TextDecoration.LineThrough else null,
            )
        },
        supportingContent = { Text(listOfNotNull(times.ifEmpty { null }, word).joinToString(" · ")) },
        leadingContent = {
            when (stop.state) {
                StopState.NEXT, StopState.HERE -> Badge("$number", container = colors.tertiary, content = colors.onTertiary)
                StopState.LATER -> Badge("$number", container = colors.primary, content = colors.onPrimary)
                else -> Badge("$number", container = colors.surfaceVariant, content = colors.onSurfaceVariant)
            }
        },
        trailingContent = { if (stop.state == StopState.DONE) Icon(Icons.Default.Check, contentDescription = null) },
        modifier = Modifier.clickable(onClick = onClick),
    )
}

@Composable
private fun Lunch(atS: Long) {
    Column {
        HorizontalDivider()
        Row(Modifier.fillMaxWidth().padding(16.dp, 10.dp), verticalAlignment = Alignment.CenterVertically) {
            Text(
                stringResource(R.string.lunch_at, timeOfDay(atS)),
                Modifier.padding(start = 56.dp),
                style = MaterialTheme.typography.titleSmall,
                color = MaterialTheme.colorScheme.tertiary,
            )
        }
        HorizontalDivider()
    }
}

/** What may break a day; the core plans the rest again. */
@Composable
private fun BrokenDay(state: TodayState, actions: TodayActions) {
    var isOpen by rememberSaveable { mutableStateOf(false) }
    IconButton({ isOpen = true }, Modifier.testTag("broken"), enabled = !state.isPlanning) {
        Icon(Icons.Default.MoreVert, stringResource(R.string.day_broke), Modifier.size(24.dp))
    }
    DropdownMenu(isOpen, { isOpen = false }) {
        val act: (() -> Unit) -> Unit = { action ->
            isOpen = false
            action()
        }
        DropdownMenuItem({ Text(stringResource(R.string.plan_again)) }, { act(actions.plan) })
        DropdownMenuItem({ Text(stringResource(R.string.late)) }, { act { actions.replan(PlanEvent.Late(LATE_S)) } })
        state.next?.let { next ->
            DropdownMenuItem(
                { Text(stringResource(R.string.cancelled, next.title)) },
                { act { actions.replan(PlanEvent.Cancelled(next.account)) } },
            )
        }
        DropdownMenuItem({ Text(stringResource(R.string.from_here)) }, { act(actions.replanFromHere) })
    }
}

private const val LATE_S = 1_800
