package com.fieldbook.demo.ui.deals

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.PaddingValues
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.lazy.LazyColumn
import androidx.compose.foundation.lazy.LazyListScope
import androidx.compose.foundation.lazy.LazyRow
import androidx.compose.foundation.lazy.items
import androidx.compose.material3.FilterChip
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.runtime.getValue
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
import com.fieldbook.demo.ui.common.ScreenFrame
import com.fieldbook.demo.ui.common.SectionTitle
import com.fieldbook.demo.ui.common.screenLocale
import com.fieldbook.demo.ui.common.text
import com.fieldbook.demo.ui.screenModel
import java.time.LocalDate

/** What a row of the deals can ask for. */
class DealActions(
    /** Moves a deal to a stage whose gate is open. */
    val move: (String, String) -> Unit = { _, _ -> },
    /** Chooses between two moves that were made at the same time. */
    val settle: (String, String) -> Unit = { _, _ -> },
    /** Goes to another screen. */
    val open: (Destination) -> Unit = {},
)

/** The screen Deals with its view model. */
@Composable
fun DealsRoute(container: AppContainer, repository: BookRepository, open: (Destination) -> Unit) {
    val model = screenModel { saved -> DealsViewModel(repository, container.clock.zone, saved) }
    val state by model.state.collectAsStateWithLifecycle()
    val actions = DealActions(model::move, model::settle, open)
    DealsScreen(state, LocalDate.now(container.clock), model::show, actions)
}

/** The stages as chips, and the deals of the one that is chosen: those that need the rep first. */
@Composable
fun DealsScreen(
    state: DealsState,
    today: LocalDate,
    show: (String?) -> Unit = {},
    actions: DealActions = DealActions(),
) {
    ScreenFrame(title = stringResource(R.string.deals), actions = { SettingsButton(actions.open) }) { inner ->
        Column(Modifier.padding(inner)) {
            state.message?.let { Notice(it.text(), Modifier.padding(16.dp, 8.dp)) }
            when {
                state.isLoading -> Loading()
                state.all.isEmpty() -> Empty(stringResource(R.string.no_deals), stringResource(R.string.no_deals_hint))
                else -> {
                    Stages(state, show)
                    LazyColumn(Modifier.testTag("deals")) {
                        section(R.string.needs_attention, state.attention, today, actions)
                        section(null, state.coming(today), today, actions)
                        section(R.string.past_deals, state.past(today), today, actions)
                        section(R.string.deals_closed, state.closed, today, actions)
                    }
                }
            }
        }
    }
}

private fun LazyListScope.section(title: Int?, rows: List<DealRow>, today: LocalDate, actions: DealActions) {
    if (rows.isEmpty()) return
    title?.let { item(key = it) { SectionTitle(stringResource(it)) } }
    items(rows, key = DealRow::id) { DealItem(it, today, actions) }
}

@Composable
private fun Stages(state: DealsState, show: (String?) -> Unit) = LazyRow(
    Modifier.testTag("stages"),
    contentPadding = PaddingValues(horizontal = 16.dp, vertical = 4.dp),
    horizontalArrangement = Arrangement.spacedBy(8.dp),
) {
    item {
        FilterChip(state.stage == null, { show(null) }, { Text(stringResource(R.string.all_deals, state.all.size)) })
    }
    items(state.stages, key = StageChip::stage) { chip ->
        val title = chip.example.standing.title(screenLocale()) ?: chip.stage
        FilterChip(state.stage == chip.stage, { show(chip.stage) }, { Text("$title · ${chip.count}") })
    }
}
