package com.fieldbook.demo

import android.os.Bundle
import androidx.compose.ui.test.SemanticsMatcher
import androidx.compose.ui.test.hasTestTag
import androidx.compose.ui.test.hasText
import androidx.compose.ui.test.junit4.createEmptyComposeRule
import androidx.compose.ui.test.onNodeWithTag
import androidx.compose.ui.test.performClick
import androidx.test.core.app.ApplicationProvider
import com.fieldbook.core.FieldValue
import com.fieldbook.core.Fieldbook
import com.fieldbook.core.ImportKind
import com.fieldbook.core.Kind
import com.fieldbook.demo.data.AppContainer
import com.fieldbook.demo.data.BookState
import com.fieldbook.fields
import java.io.File
import java.time.Clock
import java.time.Instant
import java.time.ZoneId
import org.junit.rules.ExternalResource
import org.junit.rules.RuleChain
import org.junit.rules.TemporaryFolder
import org.junit.rules.TestRule
import org.robolectric.Robolectric
import org.robolectric.android.controller.ActivityController

/**
 * The whole app over the real core, with a book of the test's own.
 *
 * The screens' clock stands still, so that pictures are alike on any day; the core reads its own.
 */
class AppRule {
    val folder = TemporaryFolder()
    val compose = createEmptyComposeRule()
    val location = StandInLocation()
    val scheduler = StandInScheduler()
    val settings = StandInSettings()

    /** What the screens take for the time. */
    var clock: Clock = Clock.fixed(Instant.parse("2026-11-25T08:20:00Z"), ZoneId.of("UTC"))

    private val app: FieldbookApp get() = ApplicationProvider.getApplicationContext()
    private lateinit var controller: ActivityController<MainActivity>

    val file: File get() = File(folder.root, "book.db")
    val activity: MainActivity get() = controller.get()

    val rules: TestRule = RuleChain.outerRule(folder).around(compose).around(object : ExternalResource() {
        override fun after() = end()
    })

    /** Fills the book, while the app does not have it open. */
    fun <T> fill(work: (Fieldbook) -> T): T = Fieldbook.open(file.path).use(work)

    /** One customer in [every] of the shipped sample with their people and deals, and three tasks. */
    fun sample(every: Int = 1) = fill { book ->
        val chosen = File(folder.root, "accounts.csv")
        val lines = RepositorySample.file("accounts.csv").readLines()
        val rows = lines.drop(1).filterIndexed { index, _ -> index % every == 1 % every }
        chosen.writeText((lines.take(1) + rows).joinToString("\n"))
        book.nameRep("Ada")
        book.importFile(chosen.path, ImportKind.ACCOUNTS)
        book.importFile(RepositorySample.file("contacts.csv").path, ImportKind.CONTACTS)
        book.importFile(RepositorySample.file("opportunities.csv").path, ImportKind.OPPORTUNITIES)
        val market = FieldValue.Id(book.search("averley fish", Kind.ACCOUNT)[0].id)
        for ((name, due) in listOf("Bring the winter price list" to "2026-11-24", "Ring about the display" to "2026-11-27")) {
            book.add(Kind.TASK, fields("name" to name, "due_on" to due, "account_id" to market))
        }
        book.add(Kind.TASK, fields("name" to "Order sample bags", "done_at" to Instant.parse("2026-11-23T15:00:00Z")))
    }

    /** The app's dependencies. */
    val container: AppContainer get() = checkNotNull(app.container)

    /** The book as the app has it open. */
    fun openBook(): Fieldbook = (app.container?.book?.value as BookState.Open).repository.book.core

    /** Starts the app, as if its icon had been tapped. */
    fun start() {
        app.container = AppContainer(file, settings, location, scheduler, RepositorySample, clock)
        controller = Robolectric.buildActivity(MainActivity::class.java).setup()
    }

    /** Rotates the phone: the activity is made anew in the same process. */
    fun rotate() {
        controller.recreate()
    }

    /** Kills the process while the app is in the background, and brings it back with what the system kept for it. */
    fun killAndReturn() {
        compose.waitForIdle()
        val kept = Bundle()
        controller.saveInstanceState(kept)
        end()
        app.container = AppContainer(file, settings, location, scheduler, RepositorySample, clock)
        controller = Robolectric.buildActivity(MainActivity::class.java).setup(kept)
    }

    private fun end() {
        if (::controller.isInitialized) controller.pause().stop().destroy()
        (app.container?.book?.value as? BookState.Open)?.repository?.book?.close()
        app.container = null
    }

    /** Goes to a tab by its place in the bar. */
    fun tab(index: Int) {
        compose.onNodeWithTag("tab-$index").performClick()
    }

    /** Taps what has a tag, once it is there. */
    fun tap(tag: String) {
        awaitTag(tag)
        compose.onNodeWithTag(tag).performClick()
    }

    /** Waits until something is shown. */
    fun await(matcher: SemanticsMatcher) = compose.waitUntil(matcher.description, PATIENCE_MS) {
        compose.onAllNodes(matcher).fetchSemanticsNodes().isNotEmpty()
    }

    /** Waits until a text is shown, or a part of one. */
    fun awaitText(text: String) = await(hasText(text, substring = true))

    /** Waits until something with that tag is shown. */
    fun awaitTag(tag: String) = await(hasTestTag(tag))

    private companion object {
        const val PATIENCE_MS = 20_000L
    }
}
