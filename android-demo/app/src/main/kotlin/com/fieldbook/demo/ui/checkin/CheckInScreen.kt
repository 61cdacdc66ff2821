package com.fieldbook.demo.ui.checkin

import androidx.activity.compose.rememberLauncherForActivityResult
import androidx.activity.result.contract.ActivityResultContracts
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.Spacer
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.height
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.size
import androidx.compose.foundation.layout.width
import androidx.compose.foundation.rememberScrollState
import androidx.compose.foundation.shape.RoundedCornerShape
import androidx.compose.foundation.verticalScroll
import androidx.compose.material.icons.Icons
import androidx.compose.material.icons.filled.CheckCircle
import androidx.compose.material.icons.filled.Info
import androidx.compose.material.icons.filled.LocationOn
import androidx.compose.material.icons.filled.Warning
import androidx.compose.material3.Button
import androidx.compose.material3.Card
import androidx.compose.material3.CardDefaults
import androidx.compose.material3.CircularProgressIndicator
import androidx.compose.material3.Icon
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.OutlinedTextField
import androidx.compose.material3.Text
import androidx.compose.material3.TextButton
import androidx.compose.runtime.Composable
import androidx.compose.runtime.getValue
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.draw.clip
import androidx.compose.ui.platform.testTag
import androidx.compose.ui.res.stringResource
import androidx.compose.ui.semantics.LiveRegionMode
import androidx.compose.ui.semantics.liveRegion
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.unit.dp
import androidx.lifecycle.compose.collectAsStateWithLifecycle
import com.fieldbook.at
import com.fieldbook.core.Assessment
import com.fieldbook.core.CheckIn
import com.fieldbook.core.Verdict
import com.fieldbook.core.Visit
import com.fieldbook.core.VisitState
import com.fieldbook.demo.R
import com.fieldbook.demo.data.AppContainer
import com.fieldbook.demo.data.BookRepository
import com.fieldbook.demo.data.Ground
import com.fieldbook.demo.platform.LocationAccess
import com.fieldbook.demo.ui.common.LOCATION_PERMISSIONS
import com.fieldbook.demo.ui.common.Loading
import com.fieldbook.demo.ui.common.Notice
import com.fieldbook.demo.ui.common.ScreenFrame
import com.fieldbook.demo.ui.common.meaning
import com.fieldbook.demo.ui.common.sentences
import com.fieldbook.demo.ui.common.text
import com.fieldbook.demo.ui.common.timeOfDay
import com.fieldbook.demo.ui.common.title
import com.fieldbook.demo.ui.screenModel
import com.fieldbook.visit

/** The screen Check-in with its view model. */
@Composable
fun CheckInRoute(container: AppContainer, repository: BookRepository, account: String, back: () -> Unit) {
    val model = screenModel { saved -> CheckInViewModel(container, repository, account, saved) }
    val state by model.state.collectAsStateWithLifecycle()
    val ask = rememberLauncherForActivityResult(ActivityResultContracts.RequestMultiplePermissions()) {
        model.accessChanged()
    }
    CheckInScreen(
        state = state,
        checkIn = model::checkIn,
        checkOut = model::checkOut,
        write = model::write,
        askForLocation = { ask.launch(LOCATION_PERMISSIONS) },
        back = back,
    )
}

/** Before the tap what the phone may know; behind it the verdict and what led to it. */
@Composable
fun CheckInScreen(
    state: CheckInState,
    checkIn: () -> Unit = {},
    checkOut: () -> Unit = {},
    write: (String) -> Unit = {},
    askForLocation: () -> Unit = {},
    back: () -> Unit = {},
) {
    ScreenFrame(title = stringResource(R.string.check_in), onBack = back) { inner ->
        if (state.isLoading) return@ScreenFrame Loading(Modifier.padding(inner))
        Column(
            Modifier.padding(inner).verticalScroll(rememberScrollState()).padding(16.dp),
            verticalArrangement = Arrangement.spacedBy(12.dp),
        ) {
            Text(state.title, style = MaterialTheme.typography.headlineSmall)
            state.message?.let { Notice(it.text()) }
            val visit = state.visit?.visit
            when (val now = visit?.state) {
                is VisitState.Open -> {
                    Arrival(now.checkIn, state.ground)
                    Outcome(state, write, checkOut)
                }
                is VisitState.Closed -> {
                    Departure(visit, now)
                    Arrival(now.checkIn, state.ground)
                }
                else -> Before(state, checkIn, askForLocation)
            }
        }
    }
}

@Composable
private fun Before(state: CheckInState, checkIn: () -> Unit, askForLocation: () -> Unit) {
    when (state.access) {
        LocationAccess.PRECISE -> Text(stringResource(R.string.access_precise))
        LocationAccess.APPROXIMATE -> Access(R.string.access_approximate, askForLocation)
        LocationAccess.NONE -> Access(R.string.access_none, askForLocation)
    }
    BigButton(R.string.check_in_here, state.isWorking, checkIn)
    Text(
        stringResource(R.string.check_in_hint),
        style = MaterialTheme.typography.bodyMedium,
        color = MaterialTheme.colorScheme.onSurfaceVariant,
    )
}

@Composable
private fun Access(sentence: Int, askForLocation: () -> Unit) {
    Notice(stringResource(sentence), icon = Icons.Default.Info, isError = false)
    TextButton(askForLocation) { Text(stringResource(R.string.allow_location)) }
}

@Composable
private fun BigButton(text: Int, isWorking: Boolean, onClick: () -> Unit) = Button(
    onClick,
    Modifier.fillMaxWidth().heightIn(min = 64.dp).testTag("tap"),
    enabled = !isWorking,
) {
    if (isWorking) {
        CircularProgressIndicator(Modifier.size(24.dp))
        Spacer(Modifier.width(12.dp))
        Text(stringResource(R.string.locating), style = MaterialTheme.typography.titleMedium)
    } else {
        Icon(Icons.Default.LocationOn, contentDescription = null)
        Spacer(Modifier.width(12.dp))
        Text(stringResource(text), style = MaterialTheme.typography.titleMedium)
    }
}

@Composable
private fun Arrival(arrival: CheckIn, ground: List<Ground>) {
    VerdictCard(arrival.assessment, timeOfDay(arrival.at))
    DoorMap(
        arrival,
        ground,
        Modifier.fillMaxWidth().height(220.dp).clip(RoundedCornerShape(16.dp)).testTag("door"),
    )
    if (arrival.site != null && arrival.fixes.isNotEmpty()) {
        Text(
            stringResource(R.string.door_legend),
            style = MaterialTheme.typography.bodySmall,
            color = MaterialTheme.colorScheme.onSurfaceVariant,
        )
    }
}

@Composable
private fun VerdictCard(assessment: Assessment, time: String) {
    val colors = MaterialTheme.colorScheme
    val (container, content, icon) = when (assessment.verdict) {
        Verdict.VERIFIED -> Triple(colors.primaryContainer, colors.onPrimaryContainer, Icons.Default.CheckCircle)
        Verdict.LIKELY_ON_SITE -> Triple(colors.secondaryContainer, colors.onSecondaryContainer, Icons.Default.CheckCircle)
        Verdict.OFF_SITE -> Triple(colors.tertiaryContainer, colors.onTertiaryContainer, Icons.Default.Warning)
        Verdict.UNVERIFIABLE, Verdict.UNKNOWN -> Triple(colors.surfaceVariant, colors.onSurfaceVariant, Icons.Default.Info)
    }
    Card(
        Modifier.fillMaxWidth().semantics { liveRegion = LiveRegionMode.Polite }.testTag("verdict"),
        colors = CardDefaults.cardColors(container, content),
    ) {
        Column(Modifier.padding(16.dp), verticalArrangement = Arrangement.spacedBy(8.dp)) {
            Row(verticalAlignment = Alignment.CenterVertically) {
                Icon(icon, contentDescription = null, Modifier.size(32.dp))
                Spacer(Modifier.width(12.dp))
                Column {
                    Text(assessment.verdict.title().text(), style = MaterialTheme.typography.titleLarge)
                    Text(stringResource(R.string.checked_in_at, time), style = MaterialTheme.typography.bodyMedium)
                }
            }
            Text(assessment.verdict.meaning().text(), style = MaterialTheme.typography.bodyMedium)
            for (reason in assessment.sentences()) Text("• ${reason.text()}", style = MaterialTheme.typography.bodyMedium)
        }
    }
}

@Composable
private fun Outcome(state: CheckInState, write: (String) -> Unit, checkOut: () -> Unit) {
    OutlinedTextField(
        state.outcome,
        write,
        Modifier.fillMaxWidth().testTag("outcome"),
        label = { Text(stringResource(R.string.outcome)) },
        minLines = 2,
    )
    BigButton(R.string.check_out, state.isWorking, checkOut)
}

@Composable
private fun Departure(visit: Visit, closed: VisitState.Closed) = Card(Modifier.fillMaxWidth().testTag("departure")) {
    Column(Modifier.padding(16.dp), verticalArrangement = Arrangement.spacedBy(4.dp)) {
        Text(
            stringResource(R.string.checked_out_at, timeOfDay(closed.checkOut.at)),
            style = MaterialTheme.typography.titleMedium,
        )
        visit.outcome?.let { Text(it) }
    }
}
