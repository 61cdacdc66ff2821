package com.fieldbook.demo

import androidx.compose.ui.test.SemanticsMatcher
import androidx.compose.ui.test.hasTestTag
import androidx.compose.ui.test.hasText
import androidx.compose.ui.test.junit4.AndroidComposeTestRule
import androidx.compose.ui.test.junit4.createEmptyComposeRule
import androidx.compose.ui.test.onAllNodesWithTag
import androidx.compose.ui.test.onNodeWithTag
import androidx.compose.ui.test.performClick
import androidx.test.core.app.ActivityScenario
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
import java.time.LocalDate
import java.time.ZoneId
import org.junit.rules.ExternalResource
import org.junit.rules.RuleChain
import org.junit.rules.TemporaryFolder
import org.junit.rules.TestRule

/**
 * The whole app over the real core, with a book of the test's own.
 *
 * The screens' clock stands still, so that pictures are alike on any day; the core reads its own.
 */
class AppRule(private val now: String = "2026-11-25T08:20:00Z") {
    private val folder = TemporaryFolder()
    val compose = createEmptyComposeRule()
    val location = StandInLocation()
    val scheduler = StandInScheduler()
    val settings = StandInSettings()

    /** What the screens take for the time. */
    var clock: Clock = Clock.fixed(Instant.parse(now), ZoneId.of("UTC"))

    private val app: FieldbookApp get() = ApplicationProvider.getApplicationContext()
    private var scenario: ActivityScenario<MainActivity>? = null

    val file: File get() = File(folder.root, "book.db")
    val activity: MainActivity get() = lateActivity!!
    private var lateActivity: MainActivity? = null

    val rules: TestRule = RuleChain.outerRule(folder).around(compose).around(object : ExternalResource() {
        override fun after() {
            scenario?.close()
            ((app.container?.book?.value) as? BookState.Open)?.repository?.book?.close()
            app.container = null
        }
    })

    /** Fills the book, before the app opens it. */
    fun fill(work: (Fieldbook) -> Unit) = Fieldbook.open(file.path).use(work)

    /** The shipped sample and three tasks. */
    fun sample() = fill { book ->
        book.nameRep("Ada")
        book.importFile("../../cli/sample/accounts.csv", ImportKind.ACCOUNTS)
        book.importFile("../../cli/sample/contacts.csv", ImportKind.CONTACTS)
        book.importFile("../../cli/sample/opportunities.csv", ImportKind.OPPORTUNITIES)
        val quayside = book.search("quayside pantry", Kind.ACCOUNT)[0].id
        for ((name, due) in listOf("Bring the winter price list" to "2026-11-24", "Ring about the display" to "2026-11-27")) {
            book.add(Kind.TASK, fields("name" to name, "due_on" to due, "account_id" to FieldValue.Id(quayside)))
        }
        val done = Instant.parse("2026-11-23T15:00:00Z")
        book.add(Kind.TASK, fields("name" to "Order sample bags", "done_at" to done))
    }

    /** Starts the app, as if its icon had been tapped. */
    fun start(container: AppContainer = container()) {
        app.container = container
        scenario = ActivityScenario.launch(MainActivity::class.java).also { it.onActivity { found -> lateActivity = found } }
    }

    /** The app's dependencies, all stand-ins but the core. */
    fun container() = AppContainer(file, settings, location, scheduler, RepositorySample, clock)

    /** Rotates the phone, or kills the process and brings it back with what was saved: both make the activity anew. */
    fun recreate() {
        checkNotNull(scenario).recreate()
        checkNotNull(scenario).onActivity { lateActivity = it }
    }

    /** Goes to a tab by its place in the bar. */
    fun tab(index: Int) = compose.onNodeWithTag("tab-$index").performClick()

    /** Waits until something is shown. */
    fun await(matcher: SemanticsMatcher) = compose.waitUntil("no $matcher", PATIENCE_MS) {
        compose.onAllNodes(matcher).fetchSemanticsNodes().isNotEmpty()
    }

    fun awaitText(text: String) = await(hasText(text, substring = true))

    fun awaitTag(tag: String) = await(hasTestTag(tag))

    companion object {
        private const val PATIENCE_MS = 20_000L

        /** The day of the pictures. */
        val TODAY: LocalDate = LocalDate.of(2026, 11, 25)
    }
}
