package com.fieldbook.demo.data

import com.fieldbook.Book
import com.fieldbook.core.Fieldbook
import com.fieldbook.core.StoreException
import com.fieldbook.demo.platform.LocationSource
import com.fieldbook.demo.platform.SampleFiles
import com.fieldbook.demo.platform.SettingsStore
import com.fieldbook.demo.platform.SyncScheduler
import java.io.File
import java.time.Clock
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext

/** Whether the book is there. */
sealed interface BookState {
    /** It is being opened. */
    data object Opening : BookState

    /** It is open. */
    data class Open(val repository: BookRepository) : BookState

    /** It could not be opened; the file was left as it is. */
    data class Failed(val why: StoreException) : BookState
}

/** What lives as long as the process: the open book, and the platform behind small interfaces. */
class AppContainer(
    private val file: File,
    val settings: SettingsStore,
    val location: LocationSource,
    val scheduler: SyncScheduler,
    val sample: SampleFiles,
    val clock: Clock = Clock.systemDefaultZone(),
    private val scope: CoroutineScope = CoroutineScope(SupervisorJob() + Dispatchers.IO),
) {
    private val state = MutableStateFlow<BookState>(BookState.Opening)

    /** The book, once it is open. */
    val book: StateFlow<BookState> = state.asStateFlow()

    /** Opens the book unless it is open; also after a failure, when the rep has made room or closed the other app. */
    fun open() {
        if (state.value is BookState.Open) return
        scope.launch { openNow() }
    }

    /** Opens the book and returns its repository; null when it cannot be opened, and [book] says why. */
    @Synchronized
    private fun openNow(): BookRepository? {
        (state.value as? BookState.Open)?.let { return it.repository }
        return try {
            val core = Fieldbook.open(file.path)
            BookRepository(Book(core), scheduler, scope).also { state.value = BookState.Open(it) }
        } catch (why: StoreException) {
            state.value = BookState.Failed(why)
            null
        }
    }

    /** The ground of the maps: the sample's streets. */
    suspend fun ground(): List<Ground> = withContext(Dispatchers.IO) { readGround(sample.file("streets.csv")) }

    /** The repository for work without a screen, such as a background sync. */
    suspend fun repository(): BookRepository? = withContext(Dispatchers.IO) { openNow() }
}
