package com.fieldbook.demo

import androidx.compose.ui.test.assertIsDisplayed
import androidx.compose.ui.test.assertIsSelected
import androidx.compose.ui.test.hasText
import androidx.compose.ui.test.onAllNodesWithText
import androidx.compose.ui.test.onFirst
import androidx.compose.ui.test.onNodeWithContentDescription
import androidx.compose.ui.test.onNodeWithTag
import androidx.compose.ui.test.onNodeWithText
import androidx.compose.ui.test.performClick
import androidx.compose.ui.test.performScrollToIndex
import androidx.compose.ui.test.performScrollTo
import androidx.compose.ui.test.performTextClearance
import androidx.compose.ui.test.performTextInput
import com.fieldbook.core.Fieldbook
import com.fieldbook.core.ImportKind
import com.fieldbook.core.Kind
import com.fieldbook.fields
import java.io.File
import java.io.RandomAccessFile
import java.time.Clock
import java.time.Duration
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config
import org.robolectric.annotation.GraphicsMode

/** What goes wrong on a phone: nothing is lost, and the rep reads a sentence. */
@RunWith(RobolectricTestRunner::class)
@GraphicsMode(GraphicsMode.Mode.NATIVE)
@Config(sdk = [34], qualifiers = "w411dp-h891dp-mdpi")
class BadLuckTest {
    private val app = AppRule()

    @get:Rule val rules = app.rules

    private val compose get() = app.compose
    private var server: Server? = null

    @After fun stopServer() {
        server?.stop()
    }

    private fun startServer() = Server(File(app.folder.root, "server")).also {
        server = it
        it.admin("territory", "add", "North")
        it.admin("user", "add", "Ada", "--role", "rep", "--territory", "North")
    }

    private fun openMarket() {
        app.awaitText("Averley Fish Market")
        compose.onAllNodesWithText("Averley Fish Market").onFirst().performClick()
        app.awaitTag("account")
    }

    @Test fun `killed in any screen, the app comes back to it`() {
        app.sample(every = 5)
        app.start()
        for (tab in 0..4) {
            app.tab(tab)
            app.killAndReturn()
            app.awaitTag("tab-$tab")
            compose.onNodeWithTag("tab-$tab").assertIsSelected()
        }
        app.tap("settings-button")
        app.killAndReturn()
        app.awaitTag("settings")
        compose.runOnIdle { app.activity.onBackPressedDispatcher.onBackPressed() }
        app.tab(1)
        openMarket()
        app.killAndReturn()
        app.awaitTag("account")
        app.tap("check-in")
        app.awaitTag("tap")
        app.killAndReturn()
        app.awaitText("Check in here")
        compose.runOnIdle { app.activity.onBackPressedDispatcher.onBackPressed() }
        app.awaitTag("account")
    }

    @Test fun `rotation while the phone looks for its position is one check-in`() {
        app.sample(every = 5)
        app.location.at = 50.729328 to -2.836995
        app.location.delayMs = 400
        app.start()
        app.tab(1)
        openMarket()
        app.tap("check-in")
        app.tap("tap")
        app.rotate()
        app.awaitText("You are inside the fence")
        assertEquals(1, app.openBook().page(Kind.VISIT).records.size)
    }

    @Test fun `a clock that jumps makes no negative age, and a position from its future is set aside`() {
        app.sample(every = 5)
        app.location.at = 50.729328 to -2.836995
        app.location.ahead = Duration.ofHours(5)
        app.start()
        app.tab(4)
        app.awaitText("The oldest was made 0 s ago")
        app.tab(1)
        openMarket()
        app.tap("check-in")
        app.tap("tap")
        app.awaitText("A position from")
        app.awaitText("ahead was set aside")
    }

    @Test fun `a server that is gone for weeks loses nothing, and the screen says how old the edits are`() {
        val server = startServer()
        app.sample(every = 5)
        app.fill { ada ->
            ada.join(server.url, server.admin("user", "code", "Ada"), "ada's phone")
            ada.syncNow(60_000uL)
            ada.add(Kind.TASK, fields("name" to "Before the silence"))
        }
        server.stop()
        app.clock = Clock.offset(Clock.systemUTC(), Duration.ofDays(24))
        app.start()
        app.tab(4)
        app.awaitText("1 edit unsent")
        app.awaitText("The oldest was made 24 days ago")
        app.awaitText("Last sync 24 days ago")
        app.tap("sync-now")
        app.awaitText("No connection to the server. Nothing is lost")
        app.awaitText("1 edit unsent")
    }

    @Test fun `a join code that was used, or has expired, has a sentence`() {
        val server = startServer()
        val used = server.admin("user", "code", "Ada")
        val expired = server.admin("user", "code", "Ada")
        Fieldbook.open(File(app.folder.root, "other.db").path).use { it.join(server.url, used, "the other phone") }
        server.admin("code", "cancel", server.admin("code", "list").substringBefore(' '))
        app.start()
        app.tap("settings-button")
        for ((code, sentence) in listOf(used to "This code has been used", expired to "This code has expired")) {
            app.awaitTag("url")
            compose.onNodeWithTag("url").performTextClearance()
            compose.onNodeWithTag("code").performTextClearance()
            compose.onNodeWithTag("url").performTextInput("${server.url}\n$code")
            compose.onNodeWithTag("join").performScrollTo().performClick()
            app.awaitText(sentence)
        }
    }

    @Test fun `a book of a newer version is not touched, and the rep is told to update`() {
        app.sample(every = 5)
        RandomAccessFile(app.file, "rw").use {
            it.seek(USER_VERSION)
            it.writeInt(9_999)
        }
        val before = app.file.readBytes()
        app.start()
        app.awaitText("The book was written by a newer version. Update the app")
        assertTrue(before.contentEquals(app.file.readBytes()))
    }

    @Test fun `a book that another process has open is opened as soon as that ends`() {
        app.sample(every = 5)
        val other = Fieldbook.open(app.file.path)
        app.start()
        app.awaitText("Another app has the book open")
        other.close()
        compose.onNodeWithText("Try again").performClick()
        app.awaitTag("plan")
    }

    @Test fun `a full storage refuses the edit, keeps what was typed, and takes it when there is room`() {
        app.sample(every = 5)
        app.start()
        app.tab(3)
        app.awaitTag("new-task")
        compose.onNodeWithTag("new-task").performTextInput("Buy a map")
        try {
            limitFiles("4096")
            compose.onNodeWithContentDescription("Add the task").performClick()
            app.awaitText("The phone’s storage is full")
        } finally {
            limitFiles("unlimited")
        }
        app.awaitText("Buy a map")
        compose.onNodeWithContentDescription("Add the task").performClick()
        compose.waitUntil(20_000) { app.openBook().search("buy a map", Kind.TASK).size == 1 }
    }

    /** No file of this process grows beyond so many bytes: what a write then meets is what it meets on a full disk. */
    private fun limitFiles(bytes: String) {
        val own = ProcessHandle.current().pid().toString()
        val command = ProcessBuilder("prlimit", "--pid", own, "--fsize=$bytes:").redirectErrorStream(true).start()
        assertEquals(command.inputStream.bufferedReader().readText(), 0, command.waitFor())
    }

    @Test fun `a list that changes while it is scrolled stays where the rep reads`() {
        val rows = (0 until 300).joinToString("\n") { "A-$it,Shop ${"%04d".format(it)}" }
        val csv = File(app.folder.root, "many.csv").apply { writeText("external_id,name\n$rows") }
        app.fill { it.importFile(csv.path, ImportKind.ACCOUNTS) }
        app.start()
        app.tab(1)
        app.awaitText("Shop 0000")
        compose.onNodeWithTag("accounts").performScrollToIndex(49)
        app.awaitText("Shop 0049")
        val book = app.openBook()
        book.delete(book.search("shop 0003", Kind.ACCOUNT)[0].id)
        book.add(Kind.ACCOUNT, fields("name" to "Shop 0000 and a half"))
        book.set(book.search("shop 0049", Kind.ACCOUNT)[0].id, fields("city" to "Port Averley"))
        app.awaitText("Port Averley")
        compose.onNodeWithText("Shop 0049").assertIsDisplayed()
        compose.onNodeWithTag("accounts").performScrollToIndex(0)
        app.awaitText("Shop 0000 and a half")
        assertTrue(compose.onAllNodes(hasText("Shop 0003")).fetchSemanticsNodes().isEmpty())
    }

    private companion object {
        /** Where an SQLite file keeps the version of its schema. */
        const val USER_VERSION = 60L
    }
}
