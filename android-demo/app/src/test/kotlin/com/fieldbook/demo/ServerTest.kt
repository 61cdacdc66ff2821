package com.fieldbook.demo

import androidx.compose.ui.test.onAllNodesWithTag
import androidx.compose.ui.test.onAllNodesWithText
import androidx.compose.ui.test.onFirst
import androidx.compose.ui.test.onNodeWithContentDescription
import androidx.compose.ui.test.onNodeWithTag
import androidx.compose.ui.test.onNodeWithText
import androidx.compose.ui.test.performClick
import androidx.compose.ui.test.performScrollTo
import androidx.compose.ui.test.performTextClearance
import androidx.compose.ui.test.performTextInput
import androidx.compose.ui.test.hasTestTag
import com.fieldbook.account
import com.fieldbook.core.DealOptions
import com.fieldbook.core.FieldValue
import com.fieldbook.core.Fieldbook
import com.fieldbook.core.Kind
import com.fieldbook.demo.platform.backgroundSync
import com.fieldbook.fields
import java.io.File
import java.time.Clock
import java.time.Duration
import kotlinx.coroutines.runBlocking
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Before
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config
import org.robolectric.annotation.GraphicsMode

/** The screens, the core and a real server. */
@RunWith(RobolectricTestRunner::class)
@GraphicsMode(GraphicsMode.Mode.NATIVE)
@Config(sdk = [34], qualifiers = "w411dp-h891dp-hdpi")
class ServerTest {
    private val app = AppRule()

    @get:Rule val rules = app.rules

    private val compose get() = app.compose
    private lateinit var server: Server

    @Before fun startServer() {
        server = Server(File(app.folder.root, "server"))
        server.admin("territory", "add", "North")
    }

    @After fun stopServer() = server.stop()

    private fun code(name: String): String {
        server.admin("user", "add", name, "--role", "rep", "--territory", "North")
        return server.admin("user", "code", name)
    }

    @Test fun `a rep joins by code and syncs, and a wrong code or a server that is gone has a sentence`() {
        app.sample(every = 5)
        app.start()
        app.tap("settings-button")
        app.awaitTag("url")
        compose.onNodeWithTag("url").performTextInput(server.url)
        compose.onNodeWithTag("code").performTextInput("WRONG-CODE")
        compose.onNodeWithTag("join").performScrollTo().performClick()
        app.awaitText("The server does not know this code")
        compose.onNodeWithTag("code").performTextClearance()
        compose.onNodeWithTag("code").performTextInput(code("Ada"))
        compose.onNodeWithTag("join").performScrollTo().performClick()
        app.awaitText("Joined as Ada")
        assertEquals(1, app.scheduler.regularly)
        compose.runOnIdle { app.activity.onBackPressedDispatcher.onBackPressed() }

        app.tab(4)
        app.tap("sync-now")
        app.awaitText("Everything is sent")
        server.stop()
        app.tap("sync-now")
        app.awaitText("No connection to the server")
        assertEquals("worth another try", true, runBlocking { backgroundSync(app.container) })
    }

    @Test fun `a sync that hangs is stopped by the rep, and nothing is lost`() {
        app.sample(every = 5)
        app.fill { ada -> ada.join(server.url, code("Ada"), "ada's phone") }
        app.start()
        app.tab(4)
        app.awaitTag("sync-now")
        server.hang()
        app.tap("sync-now")
        app.awaitText("Stop")
        compose.onNodeWithText("Stop").performClick()
        app.awaitTag("sync-now")
        app.awaitText("unsent")
        server.goOn()
        compose.waitUntil(30_000) { runCatching { app.openBook().syncNow(10_000uL) }.isSuccess }
        app.awaitText("Everything is sent")
    }

    @Test fun `two values written at once are both shown, and one tap takes the other`() {
        app.sample(every = 5)
        val (shop, other) = app.fill { ada ->
            ada.join(server.url, code("Ada"), "ada's phone")
            ada.syncNow(60_000uL)
            ada.search("averley fish", Kind.ACCOUNT)[0].id to File(app.folder.root, "bo.db").path
        }
        Fieldbook.open(other).use { bo ->
            bo.join(server.url, code("Bo"), "bo's phone")
            bo.syncNow(60_000uL)
            bo.set(shop, fields("phone" to "+44 1632 960222"))
            app.fill { ada -> ada.set(shop, fields("phone" to "+44 1632 960111")) }
            bo.syncNow(60_000uL)
        }
        val lost = app.fill { ada ->
            ada.syncNow(60_000uL)
            ada.set(ada.search("anchor", Kind.ACCOUNT)[0].id, fields("tier" to "B"))
            ada.conflicts().single().lost
        }
        app.clock = Clock.offset(Clock.systemUTC(), Duration.ofHours(2))
        app.start()
        app.tab(4)
        app.awaitText("1 edit unsent")
        app.awaitText("Phone:")
        Pictures(compose) { app.activity }.check("sync-conflict")
        compose.onNodeWithText("Averley Fish Market").performClick()
        app.awaitTag("conflict")
        Pictures(compose) { app.activity }.check("account-conflict")
        compose.onAllNodesWithText("Use this value", substring = true).onFirst().performClick()
        compose.waitUntil(10_000) { compose.onAllNodes(hasTestTag("conflict")).fetchSemanticsNodes().isEmpty() }
        val taken = app.openBook().record(shop).account!!.phone
        assertEquals((lost as com.fieldbook.core.FieldValue.Text).v1, taken)
    }

    @Test fun `a rep may not force a gate, and two moves at the same time are settled by one tap`() {
        val shop = "Averley Fish Market"
        app.fill { ada ->
            ada.join(server.url, code("Ada"), "ada's phone")
            val account = ada.add(Kind.ACCOUNT, fields("name" to shop)).id
            val values = fields(
                "name" to "Hospital", "source" to "Fair", "account_id" to FieldValue.Id(account), "lost_reason" to "price",
                "budget_tier" to "B",
            )
            val deal = ada.add(Kind.OPPORTUNITY, values).id
            ada.add(Kind.CONTACT, fields("name" to "Kim", "account_id" to FieldValue.Id(account)))
            ada.advanceDeal(deal, "lead_validation", DealOptions(), fields = fields())
            ada.syncNow(60_000uL)
            Fieldbook.open(File(app.folder.root, "bo.db").path).use { bo ->
                bo.join(server.url, code("Bo"), "bo's phone")
                bo.syncNow(60_000uL)
                bo.advanceDeal(deal, "lost", DealOptions(), fields = fields())
                ada.advanceDeal(deal, "needs_analysis", DealOptions(), fields = fields())
                bo.syncNow(60_000uL)
            }
            ada.syncNow(60_000uL)
        }
        app.start()
        app.tab(2)
        app.awaitText("Moved twice at the same time: “Lost” is shown")
        compose.onNodeWithText("Settle on “Needs analysis”").performClick()
        app.awaitText("To move to “Solution demo”:")
        compose.waitUntil(10_000) { compose.onAllNodesWithText("Moved twice", substring = true).fetchSemanticsNodes().isEmpty() }
        compose.onNodeWithContentDescription("Move “Hospital” to another stage").performClick()
        app.awaitText("Move to: Solution demo")
        compose.onNodeWithText("Move to: Solution demo").performClick()
        app.awaitTag("move-now")
        assertEquals(0, compose.onAllNodesWithTag("force").fetchSemanticsNodes().size)
    }
}
