package com.fieldbook.demo

import androidx.compose.ui.test.assertIsDisplayed
import androidx.compose.ui.test.hasText
import androidx.compose.ui.test.isOff
import androidx.compose.ui.test.isOn
import androidx.compose.ui.test.onAllNodesWithText
import androidx.compose.ui.test.onFirst
import androidx.compose.ui.test.onNodeWithContentDescription
import androidx.compose.ui.test.onNodeWithTag
import androidx.compose.ui.test.onNodeWithText
import androidx.compose.ui.test.performClick
import androidx.compose.ui.test.performScrollTo
import androidx.compose.ui.test.performScrollToIndex
import androidx.compose.ui.test.performScrollToNode
import androidx.compose.ui.test.performTextInput
import com.fieldbook.core.ImportKind
import com.fieldbook.core.Kind
import com.fieldbook.demo.platform.LocationAccess
import com.fieldbook.account
import com.fieldbook.task
import com.fieldbook.visit
import java.io.File
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config
import org.robolectric.annotation.GraphicsMode

/** What a rep does on the screens, over the real core. */
@RunWith(RobolectricTestRunner::class)
@GraphicsMode(GraphicsMode.Mode.NATIVE)
@Config(sdk = [34], qualifiers = "w411dp-h891dp-mdpi")
class ScreensTest {
    private val app = AppRule()

    @get:Rule val rules = app.rules

    private val compose get() = app.compose

    private val market = 50.729328 to -2.836995

    private fun openMarket() {
        app.tab(1)
        app.awaitText("Averley Fish Market")
        compose.onAllNodesWithText("Averley Fish Market").onFirst().performClick()
        app.awaitTag("account")
    }

    private fun checkInAtMarket() {
        openMarket()
        app.tap("check-in")
        app.tap("tap")
        app.awaitTag("verdict")
    }

    @Test fun `an empty book offers the sample, and a day planned from it has lunch and survives the process`() {
        app.start()
        app.tap("sample")
        app.tap("plan")
        app.awaitTag("keep")
        app.awaitText("Lunch at")
        app.killAndReturn()
        app.tap("keep")
        app.awaitText("Next stop")
        app.awaitText("Lunch at")
        assertTrue(app.scheduler.soon > 0)
    }

    @Test fun `a day that breaks is planned again`() {
        app.sample(every = 5)
        app.start()
        app.tap("plan")
        app.tap("keep")
        app.awaitTag("next-check-in")
        app.tap("broken")
        app.awaitText("I am 30 minutes late")
        compose.onNodeWithText("I am 30 minutes late").performClick()
        app.awaitTag("keep")
        compose.onNodeWithText("Discard").performClick()
        app.awaitTag("next-check-in")
    }

    @Test fun `a search finds by beginnings, and what was typed survives the process`() {
        app.sample()
        app.start()
        app.tab(1)
        app.awaitText("Albert Street Larder")
        compose.onNodeWithTag("search").performTextInput("lobster cafe")
        app.awaitText("Lobster Pot Café")
        compose.waitUntil(10_000) { compose.onAllNodesWithText("Albert Street Larder").fetchSemanticsNodes().isEmpty() }
        app.killAndReturn()
        app.awaitText("Lobster Pot Café")
        app.awaitText("lobster cafe")
    }

    @Test fun `the nearest come first, and without permission a sentence says so`() {
        app.sample()
        app.location.at = market
        app.start()
        app.tab(1)
        app.tap("near")
        app.awaitText("0 m")
        compose.onNodeWithText("Averley Fish Market").assertIsDisplayed()
        app.tap("near")
        app.location.at = null
        app.tap("near")
        app.awaitText("The phone does not know where it is")
    }

    @Test fun `three hundred customers come page by page down to the last`() {
        val rows = (0 until 300).joinToString("\n") { "A-$it,Shop ${"%04d".format(it)}" }
        val csv = File(app.folder.root, "many.csv").apply { writeText("external_id,name\n$rows") }
        app.fill { it.importFile(csv.path, ImportKind.ACCOUNTS) }
        app.start()
        app.tab(1)
        app.awaitText("Shop 0000")
        compose.onNodeWithTag("accounts").performScrollToIndex(49)
        app.awaitText("Shop 0049")
        compose.waitUntil(20_000) {
            runCatching { compose.onNodeWithTag("accounts").performScrollToNode(hasText("Shop 0299")) }.isSuccess
        }
        compose.onNodeWithText("Shop 0299").assertIsDisplayed()
    }

    @Test fun `a check-in at the door is verified, survives rotation and the process, and is checked out of`() {
        app.sample()
        app.location.at = market
        app.start()
        checkInAtMarket()
        app.awaitText("You are inside the fence")
        app.rotate()
        app.awaitText("Verified")
        compose.onNodeWithTag("outcome").performScrollTo().performTextInput("Took two crates")
        app.killAndReturn()
        app.awaitText("Took two crates")
        compose.onNodeWithTag("tap").performScrollTo().performClick()
        app.awaitTag("departure")
        val visit = app.openBook().page(Kind.VISIT).records.single().visit!!
        assertEquals("Took two crates", visit.outcome)
    }

    @Test fun `a check-in a kilometre away is saved as off site`() {
        app.sample()
        app.location.at = 50.7383 to -2.8369
        app.start()
        checkInAtMarket()
        app.awaitText("Off site")
        app.awaitText("outside the fence")
        app.awaitText("The check-in is saved all the same")
        assertEquals(1, app.openBook().page(Kind.VISIT).records.size)
    }

    @Test fun `a check-in without a fix is saved and says nothing against the rep`() {
        app.sample()
        app.location.access = LocationAccess.NONE
        app.start()
        openMarket()
        app.tap("check-in")
        app.awaitText("Your location is not allowed")
        app.tap("tap")
        app.awaitText("Could not be verified")
        app.awaitText("There was no position")
    }

    @Test fun `a check-in elsewhere while one is open is refused with a sentence`() {
        app.sample()
        app.fill { book -> book.checkIn(book.search("albert street", Kind.ACCOUNT)[0].id, listOf()) }
        app.start()
        openMarket()
        app.tap("check-in")
        app.tap("tap")
        app.awaitText("You are still checked in somewhere else")
    }

    @Test fun `a phone number is changed, and the draft survives the process`() {
        app.sample()
        app.start()
        openMarket()
        compose.onNodeWithContentDescription("Change the phone number").performClick()
        app.awaitTag("phone")
        compose.onNodeWithTag("phone").performTextInput("7")
        app.killAndReturn()
        app.awaitTag("phone")
        compose.onNodeWithText("Save").performClick()
        compose.waitUntil(10_000) { compose.onAllNodesWithText("Save").fetchSemanticsNodes().isEmpty() }
        val phone = app.openBook().let { it.record(it.search("averley fish", Kind.ACCOUNT)[0].id).account!!.phone }
        assertEquals("+44 1632 960175", phone!!.replace("7+", "+").removeSuffix("7"))
        assertTrue(phone, phone != "+44 1632 960175")
    }

    @Test fun `tasks are written, done and opened again`() {
        app.sample()
        app.start()
        app.tab(3)
        app.awaitText("Ring about the display")
        compose.onNodeWithTag("new-task").performTextInput("Buy a map")
        compose.onNodeWithContentDescription("Add the task").performClick()
        app.awaitText("Buy a map")
        compose.onNodeWithText("Ring about the display").performClick()
        app.await(hasText("Ring about the display") and isOn())
        assertTrue("Ring about the display" !in openTasks())
        compose.onNodeWithText("Ring about the display").performClick()
        app.await(hasText("Ring about the display") and isOff())
        assertTrue("Ring about the display" in openTasks())
    }

    private fun openTasks() =
        app.openBook().page(Kind.TASK).records.filter { it.task?.doneAtMs == null }.map { it.title }

    @Test fun `the language is chosen in the settings`() {
        app.sample(every = 5)
        app.start()
        app.tap("settings-button")
        app.awaitText("Language")
        assertEquals(null, app.settings.settings.value.language)
        compose.onNodeWithText("中文").performScrollTo().performClick()
        compose.waitUntil(10_000) { app.settings.settings.value.language == "zh" }
    }

    @Test fun `a file that is no book is left alone, and a sentence says so`() {
        app.file.writeText("Dear Sir or Madam, this is a letter. ".repeat(50))
        app.start()
        app.awaitText("The file is not a book")
        assertTrue(app.file.readText().startsWith("Dear Sir"))
    }

    @Test @Config(qualifiers = "+ar-ldrtl") fun `right to left breaks nothing`() {
        app.sample(every = 5)
        app.start()
        for (tab in 0..4) app.tab(tab)
        app.awaitTag("sync")
    }
}
