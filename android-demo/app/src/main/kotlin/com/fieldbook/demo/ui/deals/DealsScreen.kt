package com.fieldbook.demo.ui.deals

import androidx.compose.foundation.clickable
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.PaddingValues
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.lazy.LazyColumn
import androidx.compose.foundation.lazy.LazyRow
import androidx.compose.foundation.lazy.items
import androidx.compose.material.icons.Icons
import androidx.compose.material.icons.filled.MoreVert
import androidx.compose.material3.DropdownMenu
import androidx.compose.material3.DropdownMenuItem
import androidx.compose.material3.FilterChip
import androidx.compose.material3.Icon
import androidx.compose.material3.IconButton
import androidx.compose.material3.ListItem
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.saveable.rememberSaveable
import androidx.compose.runtime.setValue
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.platform.testTag
import androidx.compose.ui.res.stringResource
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
import com.fieldbook.demo.ui.common.Pill
import com.fieldbook.demo.ui.common.ScreenFrame
import com.fieldbook.demo.ui.common.SectionTitle
import com.fieldbook.demo.ui.common.amount
import com.fieldbook.demo.ui.common.day
import com.fieldbook.demo.ui.common.screenLocale
import com.fieldbook.demo.ui.common.text
import com.fieldbook.demo.ui.screenModel
import java.time.LocalDate

/** The screen Deals with its view model. */
@Composable
fun DealsRoute(container: AppContainer, repository: BookRepository, open: (Destination) -> Unit) {
    val model = screenModel { saved -> DealsViewModel(repository, saved) }
    val state by model.state.collectAsStateWithLifecycle()
    DealsScreen(state, LocalDate.now(container.clock), model::show, model::move, open)
}

/** The stages as chips, and the deals of the one that is chosen. */
@Composable
fun DealsScreen(
    state: DealsState,
    today: LocalDate,
    show: (String?) -> Unit = {},
    move: (String, String) -> Unit = { _, _ -> },
    open: (Destination) -> Unit = {},
) {
    ScreenFrame(title = stringResource(R.string.deals), actions = { SettingsButton(open) }) { inner ->
        Column(Modifier.padding(inner)) {
            state.message?.let { Notice(it.text(), Modifier.padding(16.dp, 8.dp)) }
            when {
                state.isLoading -> Loading()
                state.all.isEmpty() -> Empty(stringResource(R.string.no_deals), stringResource(R.string.no_deals_hint))
                else -> {
                    Stages(state, show)
                    LazyColumn(Modifier.testTag("deals")) {
                        val past = state.past(today)
                        items(state.coming(today), key = DealRow::id) { DealItem(it, state.stages.keys, today, move, open) }
                        if (past.isNotEmpty()) item(key = "past") { SectionTitle(stringResource(R.string.past_deals)) }
                        items(past, key = DealRow::id) { DealItem(it, state.stages.keys, today, move, open) }
                    }
                }
            }
        }
    }
}

@Composable
private fun Stages(state: DealsState, show: (String?) -> Unit) = LazyRow(
    contentPadding = PaddingValues(horizontal = 16.dp, vertical = 4.dp),
    horizontalArrangement = Arrangement.spacedBy(8.dp),
) {
    item {
        FilterChip(state.stage == null, { show(null) }, { Text(stringResource(R.string.all_deals, state.all.size)) })
    }
    items(state.stages.toList(), key = { it.first }) { (stage, count) ->
        FilterChip(state.stage == stage, { show(stage) }, { Text("$stage · $count") })
    }
}

@Composable
private fun DealItem(
    row: DealRow,
    stages: Set<String>,
    today: LocalDate,
    move: (String, String) -> Unit,
    open: (Destination) -> Unit,
) {
    val locale = screenLocale()
    val account = row.deal.accountId
    ListItem(
        overlineContent = row.account?.let { { Text(it) } },
        headlineContent = { Text(row.deal.name) },
        supportingContent = { Closing(row, today) },
        trailingContent = {
            Column(horizontalAlignment = Alignment.End) {
                row.deal.amount?.let { Text(amount(it, locale), style = MaterialTheme.typography.titleSmall) }
                MoveMenu(row, stages, move)
            }
        },
        modifier = if (account == null) Modifier else Modifier.clickable { open(Destination.Account(account)) },
    )
}

@Composable
private fun Closing(row: DealRow, today: LocalDate) {
    val closeOn = row.deal.closeOn?.let(LocalDate::parse)
    Column(verticalArrangement = Arrangement.spacedBy(6.dp)) {
        if (closeOn != null) {
            val isPast = closeOn < today
            Text(
                stringResource(if (isPast) R.string.closed_on else R.string.closes_on, day(closeOn, screenLocale())),
                color = MaterialTheme.colorScheme.onSurfaceVariant,
            )
        }
        row.deal.nextStep?.let { Text(stringResource(R.string.next_step, it)) }
        row.deal.stage?.let { Pill(it) }
    }
}

@Composable
private fun MoveMenu(row: DealRow, stages: Set<String>, move: (String, String) -> Unit) {
    var isOpen by rememberSaveable { mutableStateOf(false) }
    IconButton({ isOpen = true }) {
        Icon(Icons.Default.MoreVert, stringResource(R.string.move_deal, row.deal.name))
    }
    DropdownMenu(isOpen, { isOpen = false }) {
        for (stage in stages - row.deal.stage.orEmpty()) {
            DropdownMenuItem(
                { Text(stringResource(R.string.move_to, stage)) },
                {
                    isOpen = false
                    move(row.id, stage)
                },
            )
        }
    }
}
