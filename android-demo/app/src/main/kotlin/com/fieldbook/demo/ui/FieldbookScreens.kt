package com.fieldbook.demo.ui

import androidx.activity.compose.BackHandler
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.consumeWindowInsets
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.padding
import androidx.compose.material.icons.Icons
import androidx.compose.material.icons.automirrored.filled.List
import androidx.compose.material.icons.filled.CheckCircle
import androidx.compose.material.icons.filled.DateRange
import androidx.compose.material.icons.filled.Person
import androidx.compose.material.icons.filled.Refresh
import androidx.compose.material.icons.filled.Settings
import androidx.compose.material3.Button
import androidx.compose.material3.Icon
import androidx.compose.material3.IconButton
import androidx.compose.material3.NavigationBar
import androidx.compose.material3.NavigationBarItem
import androidx.compose.material3.Scaffold
import androidx.compose.material3.Surface
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.runtime.CompositionLocalProvider
import androidx.compose.runtime.getValue
import androidx.compose.runtime.remember
import androidx.compose.runtime.saveable.rememberSaveable
import androidx.compose.runtime.saveable.rememberSaveableStateHolder
import androidx.compose.ui.Modifier
import androidx.compose.ui.graphics.vector.ImageVector
import androidx.compose.ui.platform.LocalDensity
import androidx.compose.ui.platform.testTag
import androidx.compose.ui.res.stringResource
import androidx.compose.ui.unit.dp
import androidx.lifecycle.compose.collectAsStateWithLifecycle
import androidx.lifecycle.viewmodel.compose.viewModel
import com.fieldbook.demo.R
import com.fieldbook.demo.data.AppContainer
import com.fieldbook.demo.data.BookRepository
import com.fieldbook.demo.data.BookState
import com.fieldbook.demo.ui.account.AccountRoute
import com.fieldbook.demo.ui.accounts.AccountsRoute
import com.fieldbook.demo.ui.checkin.CheckInRoute
import com.fieldbook.demo.ui.common.Loading
import com.fieldbook.demo.ui.common.Notice
import com.fieldbook.demo.ui.common.sentence
import com.fieldbook.demo.ui.common.text
import com.fieldbook.demo.ui.deals.DealsRoute
import com.fieldbook.demo.ui.deals.MoveRoute
import com.fieldbook.demo.ui.settings.SettingsRoute
import com.fieldbook.demo.ui.sync.SyncRoute
import com.fieldbook.demo.ui.tasks.TasksRoute
import com.fieldbook.demo.ui.today.TodayRoute

/** All of the app, once the book is open. */
@Composable
fun FieldbookScreens(container: AppContainer) {
    val state by container.book.collectAsStateWithLifecycle()
    Surface(Modifier.fillMaxSize()) {
        when (val book = state) {
            BookState.Opening -> Loading()
            is BookState.Open -> OpenBook(container, book.repository)
            is BookState.Failed -> Column(Modifier.padding(24.dp)) {
                Notice(book.why.sentence().text())
                Button({ container.open() }, Modifier.padding(top = 16.dp)) { Text(stringResource(R.string.try_again)) }
            }
        }
    }
}

@Composable
private fun OpenBook(container: AppContainer, repository: BookRepository) {
    val stack = rememberSaveable(saver = BackStack.Saver) { BackStack() }
    val stores = viewModel<EntryStores>()
    val holder = rememberSaveableStateHolder()
    val leave: (List<Entry>) -> Unit = { left ->
        for (entry in left) {
            stores.clear(entry.key)
            holder.removeState(entry.key)
        }
    }
    BackHandler(stack.canGoBack) { leave(stack.pop()) }
    val entry = stack.top
    Scaffold(
        bottomBar = {
            if (entry.destination in TABS) Tabs(entry.destination) { leave(stack.switchTo(it)) }
        },
    ) { inner ->
        Box(Modifier.padding(bottom = inner.calculateBottomPadding()).consumeWindowInsets(inner)) {
            holder.SaveableStateProvider(entry.key) {
                val owner = remember(entry.key) { EntryOwner(entry.key, stores.owner(entry.key)) }
                CompositionLocalProvider(LocalEntry provides owner) {
                    Screen(entry.destination, container, repository, stack::push) { leave(stack.pop()) }
                }
            }
        }
    }
}

@Composable
private fun Screen(
    destination: Destination,
    container: AppContainer,
    repository: BookRepository,
    open: (Destination) -> Unit,
    back: () -> Unit,
) = when (destination) {
    Destination.Today -> TodayRoute(container, repository, open)
    Destination.Accounts -> AccountsRoute(container, repository, open)
    Destination.Deals -> DealsRoute(container, repository, open)
    Destination.Tasks -> TasksRoute(container, repository, open)
    Destination.Sync -> SyncRoute(container, repository, open)
    Destination.Settings -> SettingsRoute(container, repository, back)
    is Destination.Account -> AccountRoute(container, repository, destination.id, open, back)
    is Destination.Move -> MoveRoute(container, repository, destination, back)
    is Destination.CheckIn -> CheckInRoute(container, repository, destination.account, back)
}

@Composable
private fun Tabs(current: Destination, choose: (Destination) -> Unit) {
    val isRoomy = LocalDensity.current.fontScale <= 1.3f
    NavigationBar {
        for (tab in TABS) {
            NavigationBarItem(
                selected = tab == current,
                onClick = { choose(tab) },
                icon = { Icon(tab.icon, contentDescription = if (isRoomy) null else stringResource(tab.title)) },
                // With large text a word does not fit; the screen's title says it.
                label = if (isRoomy) ({ Text(stringResource(tab.title), maxLines = 1) }) else null,
                modifier = Modifier.testTag("tab-${TABS.indexOf(tab)}"),
            )
        }
    }
}

/** The button that every tab has at its top. */
@Composable
fun SettingsButton(open: (Destination) -> Unit) {
    IconButton({ open(Destination.Settings) }, Modifier.testTag("settings-button")) {
        Icon(Icons.Default.Settings, stringResource(R.string.settings))
    }
}

private val Destination.title: Int
    get() = when (this) {
        Destination.Accounts -> R.string.accounts
        Destination.Deals -> R.string.deals
        Destination.Tasks -> R.string.tasks
        Destination.Sync -> R.string.sync
        else -> R.string.today
    }

private val Destination.icon: ImageVector
    get() = when (this) {
        Destination.Accounts -> Icons.Default.Person
        Destination.Deals -> Icons.AutoMirrored.Filled.List
        Destination.Tasks -> Icons.Default.CheckCircle
        Destination.Sync -> Icons.Default.Refresh
        else -> Icons.Default.DateRange
    }
