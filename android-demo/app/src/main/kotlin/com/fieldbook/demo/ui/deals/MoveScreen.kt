package com.fieldbook.demo.ui.deals

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.rememberScrollState
import androidx.compose.foundation.selection.toggleable
import androidx.compose.foundation.verticalScroll
import androidx.compose.material3.Button
import androidx.compose.material3.Checkbox
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.OutlinedButton
import androidx.compose.material3.OutlinedTextField
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.runtime.LaunchedEffect
import androidx.compose.runtime.getValue
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.platform.testTag
import androidx.compose.ui.res.stringResource
import androidx.compose.ui.semantics.Role
import androidx.compose.ui.unit.dp
import androidx.lifecycle.compose.collectAsStateWithLifecycle
import com.fieldbook.core.UnmetCriterion
import com.fieldbook.demo.R
import com.fieldbook.demo.data.AppContainer
import com.fieldbook.demo.data.BookRepository
import com.fieldbook.demo.ui.Destination
import com.fieldbook.demo.ui.common.Loading
import com.fieldbook.demo.ui.common.Notice
import com.fieldbook.demo.ui.common.ScreenFrame
import com.fieldbook.demo.ui.common.fieldName
import com.fieldbook.demo.ui.common.screenLocale
import com.fieldbook.demo.ui.common.text
import com.fieldbook.demo.ui.screenModel

/** What the screen of a move can ask for. */
class MoveActions(
    /** Writes a field. */
    val write: (String, String) -> Unit = { _, _ -> },
    /** Checks something off, or not. */
    val check: (String, Boolean) -> Unit = { _, _ -> },
    /** Writes the reason. */
    val explain: (String) -> Unit = {},
    /** Moves the deal; with `true` past what is missing. */
    val move: (Boolean) -> Unit = {},
    /** Goes back. */
    val back: () -> Unit = {},
)

/** The screen of a move with its view model. */
@Composable
fun MoveRoute(container: AppContainer, repository: BookRepository, to: Destination.Move, back: () -> Unit) {
    val model = screenModel { saved -> MoveViewModel(repository, container.clock.zone, to.deal, to.stage, saved) }
    val state by model.state.collectAsStateWithLifecycle()
    LaunchedEffect(state.isDone) { if (state.isDone) back() }
    MoveScreen(state, MoveActions(model::write, model::check, model::explain, model::move, back))
}

/** A shut gate: what is missing with a field for each that can be filled in here, and the way past it where the role may. */
@Composable
fun MoveScreen(state: MoveState, actions: MoveActions = MoveActions()) {
    val (standing, verdict, locale) = Triple(state.standing, state.verdict, screenLocale())
    ScreenFrame(title = standing?.deal?.title ?: stringResource(R.string.deals), onBack = actions.back) { inner ->
        Column(
            Modifier.padding(inner).padding(horizontal = 16.dp).verticalScroll(rememberScrollState()).testTag("move"),
            verticalArrangement = Arrangement.spacedBy(12.dp),
        ) {
            state.message?.let { Notice(it.text()) }
            if (standing == null || verdict == null) {
                if (state.message == null) Loading()
                return@Column
            }
            val title = standing.stageTitle(verdict.toStage, locale)
            Text(stringResource(R.string.move_to, title), style = MaterialTheme.typography.titleLarge)
            if (verdict.missing.isNotEmpty() || verdict.unknown.isNotEmpty()) Text(stringResource(R.string.move_asks))
            for (unmet in verdict.missing) Asked(unmet, state, actions)
            for (unmet in verdict.unknown + verdict.advised) Text("• ${unmet.sentence(locale).text()}")
            Button({ actions.move(false) }, Modifier.testTag("move-now")) { Text(stringResource(R.string.move_now)) }
            if (standing.mayForce) Force(state.why, actions)
        }
    }
}

/** Something that is missing: a field to write in, a box to tick, or a sentence. */
@Composable
private fun Asked(unmet: UnmetCriterion, state: MoveState, actions: MoveActions) {
    val check = unmet.check
    when {
        unmet.criterion in state.fields -> OutlinedTextField(
            state.values[unmet.criterion].orEmpty(),
            { actions.write(unmet.criterion, it) },
            Modifier.fillMaxWidth().testTag("field-${unmet.criterion}"),
            label = { Text(fieldName(unmet.criterion).text()) },
        )
        check != null -> Row(
            Modifier.fillMaxWidth()
                .toggleable(check in state.checks, role = Role.Checkbox) { actions.check(check, it) }
                .testTag("check-$check"),
            verticalAlignment = Alignment.CenterVertically,
        ) {
            Checkbox(check in state.checks, onCheckedChange = null)
            Text(unmet.sentence(screenLocale()).text(), Modifier.padding(start = 12.dp, top = 12.dp, bottom = 12.dp))
        }
        else -> Text("• ${unmet.sentence(screenLocale()).text()}")
    }
}

@Composable
private fun Force(why: String, actions: MoveActions) {
    Text(stringResource(R.string.move_force_hint), color = MaterialTheme.colorScheme.onSurfaceVariant)
    OutlinedTextField(
        why,
        actions.explain,
        Modifier.fillMaxWidth().testTag("why"),
        label = { Text(stringResource(R.string.move_why)) },
    )
    OutlinedButton({ actions.move(true) }, Modifier.padding(bottom = 24.dp).testTag("force")) {
        Text(stringResource(R.string.move_force))
    }
}
