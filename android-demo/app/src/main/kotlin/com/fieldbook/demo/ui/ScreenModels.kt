package com.fieldbook.demo.ui

import androidx.activity.compose.LocalActivity
import androidx.activity.ComponentActivity
import androidx.compose.runtime.Composable
import androidx.compose.runtime.staticCompositionLocalOf
import androidx.lifecycle.SavedStateHandle
import androidx.lifecycle.ViewModel
import androidx.lifecycle.ViewModelStore
import androidx.lifecycle.ViewModelStoreOwner
import androidx.lifecycle.createSavedStateHandle
import androidx.lifecycle.viewmodel.compose.viewModel
import androidx.lifecycle.viewmodel.initializer
import androidx.lifecycle.viewmodel.viewModelFactory

/** The view models of each entry of the back stack: they survive rotation, and end when their entry leaves the stack. */
class EntryStores : ViewModel() {
    private val stores = mutableMapOf<String, ViewModelStore>()

    /** The owner of the view models of [entry]. */
    fun owner(entry: String): ViewModelStoreOwner = object : ViewModelStoreOwner {
        override val viewModelStore = stores.getOrPut(entry, ::ViewModelStore)
    }

    /** Ends the view models of [entry]. */
    fun clear(entry: String) {
        stores.remove(entry)?.clear()
    }

    override fun onCleared() = stores.values.forEach(ViewModelStore::clear)
}

/** The entry whose screen is being shown, and the owner of its view models. */
data class EntryOwner(val entry: String, val owner: ViewModelStoreOwner)

/** The entry of the screen. */
val LocalEntry = staticCompositionLocalOf<EntryOwner> { error("a screen is shown by FieldbookScreens") }

/** The view model of the screen, with a handle whose values survive the death of the process. */
@Composable
inline fun <reified T : ViewModel> screenModel(crossinline make: (SavedStateHandle) -> T): T {
    val entry = LocalEntry.current
    val activity = LocalActivity.current as ComponentActivity
    return viewModel(
        viewModelStoreOwner = entry.owner,
        key = "${entry.entry}:${T::class.java.simpleName}",
        factory = viewModelFactory { initializer { make(createSavedStateHandle()) } },
        extras = activity.defaultViewModelCreationExtras,
    )
}
