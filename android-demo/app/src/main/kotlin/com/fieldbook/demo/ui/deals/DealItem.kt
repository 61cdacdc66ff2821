package com.fieldbook.demo.ui.deals

import androidx.compose.foundation.clickable
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.FlowRow
import androidx.compose.material.icons.Icons
import androidx.compose.material.icons.filled.MoreVert
import androidx.compose.material3.DropdownMenu
import androidx.compose.material3.DropdownMenuItem
import androidx.compose.material3.Icon
import androidx.compose.material3.IconButton
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
import androidx.compose.ui.res.pluralStringResource
import androidx.compose.ui.res.stringResource
import androidx.compose.ui.unit.dp
import com.fieldbook.core.DealStanding
import com.fieldbook.core.GateVerdict
import com.fieldbook.core.Outcome
import com.fieldbook.demo.R
import com.fieldbook.demo.ui.Destination
import com.fieldbook.demo.ui.common.Pill
import com.fieldbook.demo.ui.common.amount
import com.fieldbook.demo.ui.common.day
import com.fieldbook.demo.ui.common.fieldName
import com.fieldbook.demo.ui.common.screenLocale
import com.fieldbook.demo.ui.common.text
import java.time.LocalDate

/** A deal: where it stands, what is wrong with it, and what the gate ahead is missing. */
@Composable
internal fun DealItem(row: DealRow, today: LocalDate, actions: DealActions) {
    val locale = screenLocale()
    val account = row.deal.accountId
    ListItem(
        overlineContent = row.account?.let { { Text(it) } },
        headlineContent = { Text(row.deal.name) },
        supportingContent = { Standing(row, today, actions) },
        trailingContent = {
            Column(horizontalAlignment = Alignment.End) {
                row.deal.amount?.let { Text(amount(it, locale), style = MaterialTheme.typography.titleSmall) }
                MoveMenu(row, actions)
            }
        },
        modifier = if (account == null) Modifier else Modifier.clickable { actions.open(Destination.Account(account)) },
    )
}

@Composable
private fun Standing(row: DealRow, today: LocalDate, actions: DealActions) {
    val (standing, locale) = row.standing to screenLocale()
    Column(verticalArrangement = Arrangement.spacedBy(4.dp)) {
        row.deal.closeOn?.let(LocalDate::parse)?.let { closeOn ->
            val word = if (closeOn < today || row.isClosed) R.string.closed_on else R.string.closes_on
            Text(stringResource(word, day(closeOn, locale)))
        }
        row.deal.nextStep?.let { Text(stringResource(R.string.next_step, it)) }
        FlowRow(Modifier, Arrangement.spacedBy(8.dp), Arrangement.spacedBy(4.dp), itemVerticalAlignment = Alignment.CenterVertically) {
            standing.title(locale)?.let { Pill(it) }
            if (!row.isClosed) Stay(standing)
        }
        Troubles(row)
        if (standing.losing.isNotEmpty()) TwoMoves(row, actions)
        standing.ahead?.let { Gate(standing, it) }
    }
}

@Composable
private fun Stay(standing: DealStanding) {
    val days = standing.daysInStage?.toInt()
    val text = when {
        days != null -> pluralStringResource(R.plurals.stage_days, days, days)
        standing.process != null -> stringResource(R.string.deal_outside)
        else -> return
    }
    Text(text, style = MaterialTheme.typography.labelMedium)
}

@Composable
private fun Troubles(row: DealRow) {
    val standing = row.standing
    val warnings = buildList {
        if (standing.process == null) add(stringResource(R.string.deal_no_process))
        if (!row.isClosed && standing.overdue) add(stringResource(R.string.deal_stalled))
        for (unmet in standing.noLongerMeets) add(stringResource(R.string.deal_no_longer, fieldName(unmet.criterion).text()))
    }
    for (warning in warnings) Text(warning, color = MaterialTheme.colorScheme.error)
}

/** What the gate ahead is missing; everything that is not known on this phone with what to sync. */
@Composable
private fun Gate(standing: DealStanding, gate: GateVerdict) {
    val locale = screenLocale()
    val title = standing.stageTitle(gate.toStage, locale)
    val isOpen = gate.outcome == Outcome.MET
    Text(
        stringResource(if (isOpen) R.string.gate_ready else R.string.gate_needs, title),
        color = MaterialTheme.colorScheme.primary,
        style = MaterialTheme.typography.labelLarge,
    )
    for (sentence in gate.sentences(locale)) Text("• ${sentence.text()}")
}

/** Two moves at the same time, and a button for each. */
@Composable
private fun TwoMoves(row: DealRow, actions: DealActions) {
    val (standing, locale) = row.standing to screenLocale()
    val choices = standing.choices
    val others = choices.drop(1).joinToString { standing.stageTitle(it.stage, locale) }
    Text(
        stringResource(R.string.moved_twice, standing.title(locale).orEmpty(), others),
        color = MaterialTheme.colorScheme.error,
    )
    FlowRow(horizontalArrangement = Arrangement.spacedBy(8.dp)) {
        for (choice in choices) {
            OutlinedButton({ actions.settle(row.id, choice.moveId) }) {
                Text(stringResource(R.string.settle_on, standing.stageTitle(choice.stage, locale)))
            }
        }
    }
}

@Composable
private fun MoveMenu(row: DealRow, actions: DealActions) {
    var isOpen by rememberSaveable { mutableStateOf(false) }
    val targets = row.standing.targets
    if (targets.isEmpty()) return
    IconButton({ isOpen = true }) {
        Icon(Icons.Default.MoreVert, stringResource(R.string.move_deal, row.deal.name))
    }
    DropdownMenu(isOpen, { isOpen = false }) {
        for (stage in targets) {
            val title = stage.titles.inLanguage(screenLocale()) ?: stage.id
            DropdownMenuItem(
                { Text(stringResource(R.string.move_to, title)) },
                {
                    isOpen = false
                    if (row.standing.isOpen(stage.id)) {
                        actions.move(row.id, stage.id)
                    } else {
                        actions.open(Destination.Move(row.id, stage.id))
                    }
                },
            )
        }
    }
}
