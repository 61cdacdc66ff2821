package com.fieldbook.demo.ui.account

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.FlowRow
import androidx.compose.foundation.layout.PaddingValues
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.lazy.LazyColumn
import androidx.compose.foundation.lazy.LazyListScope
import androidx.compose.foundation.lazy.items
import androidx.compose.foundation.text.KeyboardOptions
import androidx.compose.material.icons.Icons
import androidx.compose.material.icons.filled.Edit
import androidx.compose.material.icons.filled.LocationOn
import androidx.compose.material.icons.filled.Phone
import androidx.compose.material3.Button
import androidx.compose.material3.Card
import androidx.compose.material3.CardDefaults
import androidx.compose.material3.ExtendedFloatingActionButton
import androidx.compose.material3.Icon
import androidx.compose.material3.IconButton
import androidx.compose.material3.ListItem
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.OutlinedTextField
import androidx.compose.material3.Text
import androidx.compose.material3.TextButton
import androidx.compose.runtime.Composable
import androidx.compose.runtime.getValue
import androidx.compose.ui.Modifier
import androidx.compose.ui.platform.testTag
import androidx.compose.ui.res.pluralStringResource
import androidx.compose.ui.res.stringResource
import androidx.compose.ui.text.input.KeyboardType
import androidx.compose.ui.unit.dp
import androidx.lifecycle.compose.collectAsStateWithLifecycle
import com.fieldbook.account
import com.fieldbook.at
import com.fieldbook.contact
import com.fieldbook.core.CheckIn
import com.fieldbook.core.ConflictShown
import com.fieldbook.core.DealStanding
import com.fieldbook.core.FenceShape
import com.fieldbook.core.HistoryEntry
import com.fieldbook.core.Record
import com.fieldbook.core.VisitState
import com.fieldbook.demo.R
import com.fieldbook.demo.data.AppContainer
import com.fieldbook.demo.data.BookRepository
import com.fieldbook.demo.ui.Destination
import com.fieldbook.demo.ui.common.Badge
import com.fieldbook.demo.ui.common.Loading
import com.fieldbook.demo.ui.common.Notice
import com.fieldbook.demo.ui.common.Pill
import com.fieldbook.demo.ui.common.ScreenFrame
import com.fieldbook.demo.ui.common.SectionTitle
import com.fieldbook.demo.ui.common.amount
import com.fieldbook.demo.ui.common.day
import com.fieldbook.demo.ui.common.dayAndTime
import com.fieldbook.demo.ui.common.fieldName
import com.fieldbook.demo.ui.common.metres
import com.fieldbook.demo.ui.common.screenLocale
import com.fieldbook.demo.ui.common.shown
import com.fieldbook.demo.ui.common.text
import com.fieldbook.demo.ui.common.title
import com.fieldbook.demo.ui.deals.title
import com.fieldbook.demo.ui.screenModel
import com.fieldbook.lostAt
import com.fieldbook.opportunity
import com.fieldbook.plannedAt
import com.fieldbook.site
import com.fieldbook.visit
import java.time.LocalDate

/** The screen of one customer with its view model. */
@Composable
fun AccountRoute(
    container: AppContainer,
    repository: BookRepository,
    id: String,
    open: (Destination) -> Unit,
    back: () -> Unit,
) {
    val model = screenModel { saved -> AccountViewModel(repository, id, container.clock.zone, saved) }
    val state by model.state.collectAsStateWithLifecycle()
    AccountScreen(state, model::use, model::edit, model::save, { open(Destination.CheckIn(id)) }, back)
}

/** What is known of one customer, conflicts first. */
@Composable
fun AccountScreen(
    state: AccountState,
    use: (ConflictShown) -> Unit = {},
    edit: (String?) -> Unit = {},
    save: () -> Unit = {},
    checkIn: () -> Unit = {},
    back: () -> Unit = {},
) {
    ScreenFrame(
        title = state.record?.title ?: stringResource(R.string.account),
        onBack = back,
        floating = {
            if (state.record != null) {
                val word = stringResource(if (state.isHere) R.string.check_out else R.string.check_in)
                ExtendedFloatingActionButton(
                    text = { Text(word) },
                    // Material takes the text away from TalkBack and expects it here.
                    icon = { Icon(Icons.Default.LocationOn, word) },
                    onClick = checkIn,
                    modifier = Modifier.testTag("check-in"),
                )
            }
        },
    ) { inner ->
        if (state.record == null) {
            state.message?.let { Notice(it.text(), Modifier.padding(inner).padding(16.dp)) } ?: Loading(Modifier.padding(inner))
        } else {
            Details(state, state.record, inner, use, edit, save)
        }
    }
}

@Composable
private fun Details(
    state: AccountState,
    record: Record,
    inner: PaddingValues,
    use: (ConflictShown) -> Unit,
    edit: (String?) -> Unit,
    save: () -> Unit,
) {
    LazyColumn(Modifier.padding(inner).testTag("account"), contentPadding = PaddingValues(bottom = 96.dp)) {
        state.message?.let { item { Notice(it.text(), Modifier.padding(16.dp, 8.dp)) } }
        items(state.conflicts, key = { "${it.record} ${it.field} ${it.change}" }) { ConflictCard(it) { use(it) } }
        item(key = "head") { Head(record, state.editing, edit, save) }
        section(R.string.sites, state.sites) { SiteItem(it) }
        section(R.string.contacts, state.contacts) { ContactItem(it) }
        if (state.deals.isNotEmpty()) item { SectionTitle(stringResource(R.string.deals)) }
        items(state.deals, key = { it.deal.id }) { DealItem(it) }
        section(R.string.visits, state.visits) { VisitItem(it) }
        item { SectionTitle(stringResource(R.string.history)) }
        items(state.history, key = HistoryEntry::change) { HistoryItem(it) }
    }
}

private fun LazyListScope.section(title: Int, records: List<Record>, row: @Composable (Record) -> Unit) {
    if (records.isEmpty()) return
    item { SectionTitle(stringResource(title)) }
    items(records, key = Record::id) { row(it) }
}

@Composable
private fun ConflictCard(conflict: ConflictShown, use: () -> Unit) {
    val colors = MaterialTheme.colorScheme
    Card(
        Modifier.fillMaxWidth().padding(16.dp, 6.dp).testTag("conflict"),
        colors = CardDefaults.cardColors(colors.tertiaryContainer, colors.onTertiaryContainer),
    ) {
        Column(Modifier.padding(16.dp), verticalArrangement = Arrangement.spacedBy(6.dp)) {
            Text(
                stringResource(R.string.conflict_title, fieldName(conflict.field).text()),
                style = MaterialTheme.typography.titleMedium,
            )
            Text(stringResource(R.string.conflict_shown, conflict.shown.shown()))
            Text(
                stringResource(
                    R.string.conflict_lost, conflict.lost.shown(), conflict.lostBy, dayAndTime(conflict.lostAt, screenLocale()),
                ),
            )
            Button(use) { Text(stringResource(R.string.use_this_value, conflict.lost.shown())) }
        }
    }
}

@Composable
private fun Head(record: Record, draft: String?, edit: (String?) -> Unit, save: () -> Unit) {
    val account = record.account ?: return
    val where = listOfNotNull(account.address.street, account.address.city, account.address.postcode)
    Column {
        FlowRow(Modifier.padding(16.dp, 4.dp), Arrangement.spacedBy(8.dp), Arrangement.spacedBy(4.dp)) {
            account.tier?.let { Pill(stringResource(R.string.tier, it)) }
            account.visitEveryDays?.let { Pill(pluralStringResource(R.plurals.every_days, it.toInt(), it.toInt())) }
            if (record.unsent) Pill(stringResource(R.string.unsent))
            account.extra.tags.forEach { Pill(it, container = MaterialTheme.colorScheme.surfaceVariant) }
        }
        if (where.isNotEmpty()) {
            ListItem(
                headlineContent = { Text(where.joinToString(", ")) },
                leadingContent = { Icon(Icons.Default.LocationOn, stringResource(R.string.address)) },
            )
        }
        if (draft != null) PhoneEditor(draft, edit, save) else ListItem(
            headlineContent = { Text(account.phone ?: stringResource(R.string.no_phone)) },
            supportingContent = account.email?.let { { Text(it) } },
            leadingContent = { Icon(Icons.Default.Phone, stringResource(R.string.field_phone)) },
            trailingContent = {
                IconButton({ edit(account.phone.orEmpty()) }) {
                    Icon(Icons.Default.Edit, stringResource(R.string.edit_phone))
                }
            },
        )
        account.extra.remark?.let { Text(it, Modifier.padding(16.dp, 4.dp), style = MaterialTheme.typography.bodyMedium) }
    }
}

@Composable
private fun SiteItem(record: Record) {
    val site = record.site ?: return
    val fence = (site.fence as? FenceShape.Circle)?.let { stringResource(R.string.fence_circle, metres(it.radiusM).text()) }
    ListItem(
        headlineContent = { Text(site.name ?: site.address.street ?: stringResource(R.string.site)) },
        supportingContent = {
            Text(listOfNotNull(site.openingHours, fence ?: stringResource(R.string.fence_other)).joinToString("\n"))
        },
        leadingContent = { Icon(Icons.Default.LocationOn, contentDescription = null) },
    )
}

@Composable
private fun ContactItem(record: Record) {
    val contact = record.contact ?: return
    ListItem(
        headlineContent = { Text(contact.name) },
        supportingContent = { Text(listOfNotNull(contact.role, contact.phone, contact.email).joinToString("\n")) },
        leadingContent = { Badge(contact.name.take(1)) },
    )
}

@Composable
private fun DealItem(standing: DealStanding) {
    val (deal, locale) = (standing.deal.opportunity ?: return) to screenLocale()
    ListItem(
        headlineContent = { Text(deal.name) },
        supportingContent = {
            val by = deal.closeOn?.let { stringResource(R.string.closes_on, day(LocalDate.parse(it), locale)) }
            Text(listOfNotNull(standing.title(locale), by).joinToString(" · "))
        },
        trailingContent = deal.amount?.let { { Text(amount(it, locale), style = MaterialTheme.typography.labelLarge) } },
    )
}

@Composable
private fun VisitItem(record: Record) {
    val visit = record.visit ?: return
    val locale = screenLocale()
    val (headline, detail) = when (val state = visit.state) {
        VisitState.Planned -> stringResource(R.string.state_planned) to visit.plannedAt?.let { dayAndTime(it, locale) }
        is VisitState.Open -> stringResource(R.string.here_now) to arrival(state.checkIn)
        is VisitState.Closed -> (visit.outcome ?: stringResource(R.string.state_done)) to arrival(state.checkIn)
        is VisitState.Skipped -> stringResource(R.string.state_skipped) to state.reason
        is VisitState.Unreadable -> stringResource(R.string.state_newer) to null
    }
    ListItem(headlineContent = { Text(headline) }, supportingContent = detail?.let { { Text(it) } })
}

@Composable
private fun arrival(checkIn: CheckIn): String =
    "${dayAndTime(checkIn.at, screenLocale())} · ${checkIn.assessment.verdict.title().text()}"

@Composable
private fun HistoryItem(entry: HistoryEntry) {
    val lines = entry.fields.toSortedMap().map { (field, value) ->
        stringResource(R.string.history_line, fieldName(field).text(), value.shown())
    }
    ListItem(
        overlineContent = {
            val by = entry.by.ifEmpty { stringResource(R.string.somebody) }
            Text(stringResource(R.string.history_by, by, dayAndTime(entry.at, screenLocale())))
        },
        headlineContent = { Text(lines.joinToString("\n"), style = MaterialTheme.typography.bodyMedium) },
    )
}

@Composable
private fun PhoneEditor(draft: String, edit: (String?) -> Unit, save: () -> Unit) = Column(Modifier.padding(16.dp, 4.dp)) {
    OutlinedTextField(
        draft,
        edit,
        Modifier.fillMaxWidth().testTag("phone"),
        label = { Text(stringResource(R.string.field_phone)) },
        keyboardOptions = KeyboardOptions(keyboardType = KeyboardType.Phone),
        singleLine = true,
    )
    Row {
        TextButton(save) { Text(stringResource(R.string.save)) }
        TextButton({ edit(null) }) { Text(stringResource(R.string.cancel)) }
    }
}
