package com.fieldbook.demo.ui.settings

import android.os.Build
import androidx.activity.compose.LocalActivity
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.Spacer
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.width
import androidx.compose.foundation.rememberScrollState
import androidx.compose.foundation.selection.selectable
import androidx.compose.foundation.selection.selectableGroup
import androidx.compose.foundation.verticalScroll
import androidx.compose.material.icons.Icons
import androidx.compose.material.icons.filled.CheckCircle
import androidx.compose.material.icons.filled.KeyboardArrowDown
import androidx.compose.material.icons.filled.KeyboardArrowUp
import androidx.compose.material3.Button
import androidx.compose.material3.FilledTonalIconButton
import androidx.compose.material3.Icon
import androidx.compose.material3.ListItem
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.OutlinedTextField
import androidx.compose.material3.RadioButton
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.runtime.getValue
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.platform.testTag
import androidx.compose.ui.res.stringResource
import androidx.compose.ui.semantics.Role
import androidx.compose.ui.unit.dp
import androidx.lifecycle.compose.collectAsStateWithLifecycle
import com.fieldbook.core.Status
import com.fieldbook.demo.R
import com.fieldbook.demo.data.AppContainer
import com.fieldbook.demo.data.BookRepository
import com.fieldbook.demo.platform.AppSettings
import com.fieldbook.demo.ui.common.Notice
import com.fieldbook.demo.ui.common.ScreenFrame
import com.fieldbook.demo.ui.common.SectionTitle
import com.fieldbook.demo.ui.common.age
import com.fieldbook.demo.ui.common.text
import com.fieldbook.demo.ui.common.timeOfDay
import com.fieldbook.demo.ui.screenModel

/** The screen Settings with its view model. */
@Composable
fun SettingsRoute(container: AppContainer, repository: BookRepository, back: () -> Unit) {
    val model = screenModel { saved -> SettingsViewModel(container, repository, Build.MODEL, saved) }
    val state by model.state.collectAsStateWithLifecycle()
    val activity = LocalActivity.current
    val actions = SettingsActions(
        writeUrl = model::writeUrl,
        writeCode = model::writeCode,
        join = model::join,
        change = model::change,
        setLanguage = { language ->
            model.change { it.copy(language = language) }
            activity?.recreate()
        },
        back = back,
    )
    SettingsScreen(state, actions)
}

/** What the rep can do on the screen Settings. */
data class SettingsActions(
    val writeUrl: (String) -> Unit = {},
    val writeCode: (String) -> Unit = {},
    val join: () -> Unit = {},
    val change: ((AppSettings) -> AppSettings) -> Unit = {},
    val setLanguage: (String?) -> Unit = {},
    val back: () -> Unit = {},
)

/** The server, the language, the working day, and what is kept of the rep. */
@Composable
fun SettingsScreen(state: SettingsState, actions: SettingsActions) {
    ScreenFrame(title = stringResource(R.string.settings), onBack = actions.back) { inner ->
        Column(
            Modifier.padding(inner).verticalScroll(rememberScrollState()).padding(bottom = 24.dp).testTag("settings"),
        ) {
            SectionTitle(stringResource(R.string.server))
            val status = state.status
            if (status?.serverUrl == null) Join(state, actions) else Joined(status)
            state.message?.let { Notice(it.text(), Modifier.padding(16.dp, 8.dp)) }
            state.joined?.let {
                Notice(stringResource(R.string.joined_as, it), Modifier.padding(16.dp, 8.dp), Icons.Default.CheckCircle, false)
            }
            SectionTitle(stringResource(R.string.language))
            Languages(state.settings.language, actions.setLanguage)
            SectionTitle(stringResource(R.string.working_day))
            WorkingDay(state.settings, actions.change)
            SectionTitle(stringResource(R.string.privacy))
            Text(
                stringResource(R.string.privacy_text),
                Modifier.padding(16.dp, 4.dp),
                style = MaterialTheme.typography.bodyMedium,
            )
        }
    }
}

@Composable
private fun Join(state: SettingsState, actions: SettingsActions) = Column(
    Modifier.padding(16.dp, 4.dp),
    verticalArrangement = Arrangement.spacedBy(8.dp),
) {
    Text(stringResource(R.string.join_hint), style = MaterialTheme.typography.bodyMedium)
    OutlinedTextField(
        state.url,
        actions.writeUrl,
        Modifier.fillMaxWidth().testTag("url"),
        label = { Text(stringResource(R.string.server_address)) },
        singleLine = true,
    )
    OutlinedTextField(
        state.code,
        actions.writeCode,
        Modifier.fillMaxWidth().testTag("code"),
        label = { Text(stringResource(R.string.join_code)) },
        singleLine = true,
    )
    val isReady = state.url.isNotBlank() && state.code.isNotBlank() && !state.isJoining
    Button(actions.join, Modifier.testTag("join"), enabled = isReady) {
        Text(stringResource(if (state.isJoining) R.string.joining else R.string.join))
    }
}

@Composable
private fun Joined(status: Status) = ListItem(
    headlineContent = { Text(status.rep ?: status.serverUrl.orEmpty()) },
    supportingContent = {
        Text((listOfNotNull(status.serverUrl) + status.territories.map { it.name }).joinToString("\n"))
    },
    leadingContent = { Icon(Icons.Default.CheckCircle, stringResource(R.string.joined)) },
)

@Composable
private fun Languages(current: String?, set: (String?) -> Unit) = Column(Modifier.selectableGroup()) {
    val choices = listOf(null to stringResource(R.string.language_of_phone), "en" to "English", "zh" to "中文")
    for ((tag, name) in choices) {
        Row(
            Modifier
                .fillMaxWidth()
                .heightIn(min = 48.dp)
                .selectable(tag == current, role = Role.RadioButton) { set(tag) }
                .padding(horizontal = 16.dp),
            verticalAlignment = Alignment.CenterVertically,
        ) {
            RadioButton(tag == current, onClick = null)
            Spacer(Modifier.width(16.dp))
            Text(name, style = MaterialTheme.typography.bodyLarge)
        }
    }
}

@Composable
private fun WorkingDay(settings: AppSettings, change: ((AppSettings) -> AppSettings) -> Unit) {
    Stepper(stringResource(R.string.work_from), timeOfDay(settings.workFromS.toLong())) { step ->
        change { it.copy(workFromS = (it.workFromS + step * STEP_S).coerceIn(0, it.workUntilS - STEP_S)) }
    }
    Stepper(stringResource(R.string.work_until), timeOfDay(settings.workUntilS.toLong())) { step ->
        change { it.copy(workUntilS = (it.workUntilS + step * STEP_S).coerceIn(it.workFromS + STEP_S, LAST_S)) }
    }
    val lunch = if (settings.lunchS == 0) stringResource(R.string.no_lunch) else age(settings.lunchS.toLong()).text()
    Stepper(stringResource(R.string.lunch), lunch) { step ->
        change { it.copy(lunchS = (it.lunchS + step * LUNCH_STEP_S).coerceIn(0, MOST_LUNCH_S)) }
    }
}

@Composable
private fun Stepper(title: String, value: String, step: (Int) -> Unit) = Row(
    Modifier.fillMaxWidth().padding(16.dp, 4.dp),
    Arrangement.spacedBy(8.dp),
    Alignment.CenterVertically,
) {
    Column(Modifier.weight(1f)) {
        Text(title, style = MaterialTheme.typography.bodyLarge)
        Text(value, style = MaterialTheme.typography.titleMedium, color = MaterialTheme.colorScheme.primary)
    }
    FilledTonalIconButton({ step(-1) }) {
        Icon(Icons.Default.KeyboardArrowDown, stringResource(R.string.earlier, title))
    }
    FilledTonalIconButton({ step(1) }) {
        Icon(Icons.Default.KeyboardArrowUp, stringResource(R.string.later, title))
    }
}

private const val STEP_S = 1_800
private const val LAST_S = 86_400 - 1_800
private const val LUNCH_STEP_S = 900
private const val MOST_LUNCH_S = 7_200
