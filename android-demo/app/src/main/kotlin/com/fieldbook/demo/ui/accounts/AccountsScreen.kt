package com.fieldbook.demo.ui.accounts

import androidx.activity.compose.rememberLauncherForActivityResult
import androidx.activity.result.contract.ActivityResultContracts
import androidx.compose.foundation.clickable
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.lazy.LazyColumn
import androidx.compose.foundation.lazy.items
import androidx.compose.foundation.lazy.rememberLazyListState
import androidx.compose.material.icons.Icons
import androidx.compose.material.icons.filled.Clear
import androidx.compose.material.icons.filled.LocationOn
import androidx.compose.material.icons.filled.Search
import androidx.compose.material.icons.filled.Warning
import androidx.compose.material3.FilterChip
import androidx.compose.material3.Icon
import androidx.compose.material3.IconButton
import androidx.compose.material3.ListItem
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.OutlinedTextField
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.runtime.LaunchedEffect
import androidx.compose.runtime.derivedStateOf
import androidx.compose.runtime.getValue
import androidx.compose.runtime.remember
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.platform.testTag
import androidx.compose.ui.res.pluralStringResource
import androidx.compose.ui.res.stringResource
import androidx.compose.ui.unit.dp
import androidx.lifecycle.compose.collectAsStateWithLifecycle
import com.fieldbook.demo.R
import com.fieldbook.demo.data.AppContainer
import com.fieldbook.demo.data.BookRepository
import com.fieldbook.demo.platform.LocationAccess
import com.fieldbook.demo.ui.Destination
import com.fieldbook.demo.ui.SettingsButton
import com.fieldbook.demo.ui.common.Badge
import com.fieldbook.demo.ui.common.Empty
import com.fieldbook.demo.ui.common.LOCATION_PERMISSIONS
import com.fieldbook.demo.ui.common.Loading
import com.fieldbook.demo.ui.common.Notice
import com.fieldbook.demo.ui.common.ScreenFrame
import com.fieldbook.demo.ui.common.metres
import com.fieldbook.demo.ui.common.text
import com.fieldbook.demo.ui.screenModel

/** The screen Accounts with its view model. */
@Composable
fun AccountsRoute(container: AppContainer, repository: BookRepository, open: (Destination) -> Unit) {
    val model = screenModel { saved -> AccountsViewModel(container, repository, saved) }
    val state by model.state.collectAsStateWithLifecycle()
    val ask = rememberLauncherForActivityResult(ActivityResultContracts.RequestMultiplePermissions()) {
        model.near(true)
    }
    AccountsScreen(
        state = state,
        search = model::search,
        near = { isNear ->
            if (isNear && container.location.access() == LocationAccess.NONE) ask.launch(LOCATION_PERMISSIONS)
            else model.near(isNear)
        },
        loadMore = model::loadMore,
        open = open,
    )
}

/** A search field, the switch to those nearby, and the list. */
@Composable
fun AccountsScreen(
    state: AccountsState,
    search: (String) -> Unit = {},
    near: (Boolean) -> Unit = {},
    loadMore: () -> Unit = {},
    open: (Destination) -> Unit = {},
) {
    ScreenFrame(title = stringResource(R.string.accounts), actions = { SettingsButton(open) }) { inner ->
        Column(Modifier.padding(inner)) {
            SearchField(state.query, search)
            Row(Modifier.padding(16.dp, 4.dp), verticalAlignment = Alignment.CenterVertically) {
                FilterChip(
                    selected = state.isNear,
                    onClick = { near(!state.isNear) },
                    label = { Text(stringResource(R.string.near_me)) },
                    leadingIcon = { Icon(Icons.Default.LocationOn, contentDescription = null) },
                    modifier = Modifier.testTag("near"),
                )
            }
            state.message?.let { Notice(it.text(), Modifier.padding(16.dp, 8.dp)) }
            when {
                state.isLoading -> Loading()
                state.rows.isEmpty() && state.message == null -> Empty(
                    stringResource(R.string.nothing_found),
                    stringResource(if (state.query.isBlank()) R.string.no_accounts_hint else R.string.nothing_found_hint),
                )
                else -> AccountList(state, loadMore, open)
            }
        }
    }
}

@Composable
private fun SearchField(query: String, search: (String) -> Unit) = OutlinedTextField(
    value = query,
    onValueChange = search,
    modifier = Modifier.fillMaxWidth().padding(horizontal = 16.dp).testTag("search"),
    label = { Text(stringResource(R.string.search_accounts)) },
    leadingIcon = { Icon(Icons.Default.Search, contentDescription = null) },
    trailingIcon = {
        if (query.isNotEmpty()) {
            IconButton({ search("") }) { Icon(Icons.Default.Clear, stringResource(R.string.clear_search)) }
        }
    },
    singleLine = true,
)

@Composable
private fun AccountList(state: AccountsState, loadMore: () -> Unit, open: (Destination) -> Unit) {
    val list = rememberLazyListState()
    val isNearEnd by remember {
        derivedStateOf { (list.layoutInfo.visibleItemsInfo.lastOrNull()?.index ?: 0) >= list.layoutInfo.totalItemsCount - AHEAD }
    }
    LaunchedEffect(isNearEnd, state.rows.size) { if (isNearEnd && state.hasMore) loadMore() }
    LazyColumn(Modifier.testTag("accounts"), list) {
        items(state.rows, key = AccountRow::id) { row ->
            AccountItem(row) { open(Destination.Account(row.id)) }
        }
    }
}

@Composable
private fun AccountItem(row: AccountRow, onClick: () -> Unit) = ListItem(
    headlineContent = { Text(row.title) },
    supportingContent = row.city?.let { { Text(it) } },
    leadingContent = { Badge(row.tier?.take(2) ?: "·") },
    trailingContent = {
        Column(horizontalAlignment = Alignment.End, verticalArrangement = Arrangement.spacedBy(4.dp)) {
            row.distanceM?.let { Text(metres(it).text(), style = MaterialTheme.typography.labelLarge) }
            if (row.conflicts > 0) {
                Icon(
                    Icons.Default.Warning,
                    pluralStringResource(R.plurals.conflicts, row.conflicts, row.conflicts),
                    tint = MaterialTheme.colorScheme.error,
                )
            }
        }
    },
    modifier = Modifier.clickable(onClick = onClick),
)

/** How many rows before the end the next page is fetched. */
private const val AHEAD = 15
