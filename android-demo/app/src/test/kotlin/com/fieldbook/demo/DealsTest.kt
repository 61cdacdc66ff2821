package com.fieldbook.demo

import androidx.activity.compose.setContent
import androidx.compose.ui.test.hasText
import androidx.compose.ui.test.onNodeWithContentDescription
import androidx.compose.ui.test.onNodeWithTag
import androidx.compose.ui.test.onNodeWithText
import androidx.compose.ui.test.performClick
import androidx.compose.ui.test.performScrollTo
import androidx.compose.ui.test.performScrollToNode
import androidx.compose.ui.test.performTextInput
import com.fieldbook.core.DealOptions
import com.fieldbook.core.Fieldbook
import com.fieldbook.core.Kind
import com.fieldbook.core.LosingMove
import com.fieldbook.core.Outcome
import com.fieldbook.core.UnmetReason
import com.fieldbook.demo.ui.deals.DealRow
import com.fieldbook.demo.ui.deals.DealsScreen
import com.fieldbook.demo.ui.deals.DealsState
import com.fieldbook.demo.ui.theme.FieldbookTheme
import com.fieldbook.fields
import com.fieldbook.opportunity
import java.time.LocalDate
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config
import org.robolectric.annotation.GraphicsMode

/** Deals and their gates on the screens, over the real core. */
@RunWith(RobolectricTestRunner::class)
@GraphicsMode(GraphicsMode.Mode.NATIVE)
@Config(sdk = [34], qualifiers = "w411dp-h891dp-hdpi")
class DealsTest {
    private val app = AppRule()

    @get:Rule val rules = app.rules

    private val compose get() = app.compose
    private val pictures = Pictures(app.compose) { app.activity }
    private val today = LocalDate.parse("2026-11-25")

    private fun move(deal: String, to: String) {
        compose.onNodeWithTag("deals").performScrollToNode(hasText(deal))
        compose.onNodeWithContentDescription("Move “$deal” to another stage").performClick()
        app.awaitText("Move to: $to")
        compose.onNodeWithText("Move to: $to").performClick()
    }

    @Test fun `a deal that another system had is placed where it stands, with a reason`() {
        app.sample()
        app.start()
        app.tab(2)
        app.awaitTag("stages")
        compose.onNodeWithTag("stages").performScrollToNode(hasText("Negotiation and signing · 4"))
        compose.onNodeWithText("Negotiation and signing · 4").performClick()
        move("Ice boxes", "Negotiation and signing")
        app.awaitText("Your company’s process asks for this first")
        app.awaitText("visit the customer")
        compose.onNodeWithTag("force").performScrollTo().performClick()
        app.awaitText("a move past a shut gate needs a reason")
        compose.onNodeWithTag("why").performScrollTo().performTextInput("It was there in the old system")
        app.killAndReturn()
        app.awaitText("It was there in the old system")
        compose.onNodeWithTag("force").performScrollTo().performClick()
        app.awaitText("0 days in this stage")
        app.awaitText("To move to “Won”:")
    }

    @Test fun `what the gate asks for is filled in and checked off, and the deal moves`() {
        app.fill { book ->
            book.add(Kind.OPPORTUNITY, fields("name" to "Hospital"))
            book.add(Kind.OPPORTUNITY, fields("name" to "Old order", "stage" to "won", "close_on" to "2026-11-01"))
        }
        app.start()
        app.tab(2)
        app.awaitText("To move to “Lead validation”:")
        app.awaitText("fill in “Source”")
        app.awaitText("Closed")
        assertTrue(compose.onAllNodes(hasText("Past their closing day")).fetchSemanticsNodes().isEmpty())
        move("Hospital", "Lead validation")
        app.awaitTag("field-source")
        compose.onNodeWithTag("move-now").performScrollTo().performClick()
        app.awaitText("This deal cannot move to that stage yet")
        compose.onNodeWithTag("field-source").performScrollTo().performTextInput("Trade fair")
        app.rotate()
        app.awaitText("Trade fair")
        pictures.check("move-light")
        compose.onNodeWithTag("move-now").performScrollTo().performClick()
        app.awaitText("To move to “Needs analysis”:")
        app.awaitText("link the account")
        move("Hospital", "Solution demo")
        app.awaitTag("check-needs_written")
        compose.onNodeWithTag("check-needs_written").performScrollTo().performClick()
        compose.onNodeWithTag("move-now").performScrollTo().performClick()
        app.awaitText("takes one stage after the other")
        val deal = app.openBook().search("hospital", Kind.OPPORTUNITY)[0]
        assertEquals("Trade fair", deal.opportunity?.source)
        assertEquals("nothing is written before the gate is open", "lead_validation", deal.opportunity?.stage)
    }

    @Test fun `an open gate is passed by one tap`() {
        app.fill { book ->
            val deal = book.add(Kind.OPPORTUNITY, fields("name" to "Hospital", "source" to "Fair", "lost_reason" to "price"))
            book.advanceDeal(deal.id, "lead_validation", DealOptions(), fields = fields())
        }
        app.start()
        app.tab(2)
        app.awaitText("Hospital")
        move("Hospital", "Lost")
        app.awaitText("Lost · 1")
        app.awaitText("Closed")
    }

    @Test fun `stalled, moved twice, unknown here and without a process`() = troubles("light")

    @Test @Config(qualifiers = "+zh-rCN") fun `the same in Chinese`() = troubles("chinese")

    /** Standings as no test can bring them about in a second: a deal that has stood for weeks, one whose customer is elsewhere. */
    private fun troubles(kind: String) {
        val rows = app.fill(::rowsInTrouble)
        app.start()
        compose.waitForIdle()
        compose.runOnIdle {
            app.activity.setContent { FieldbookTheme { DealsScreen(DealsState(all = rows, isLoading = false), today) } }
        }
        app.awaitTag("deals")
        val names = DealsState(all = rows).attention.map { it.deal.name }
        assertEquals(listOf("Stood for weeks", "Moved twice"), names)
        pictures.check("deals-trouble-$kind")
        compose.onNodeWithTag("deals").performScrollToNode(hasText("Newer process"))
        pictures.check("deals-elsewhere-$kind")
    }

    private fun rowsInTrouble(book: Fieldbook): List<DealRow> {
        fun row(name: String, closeOn: String): DealRow {
            val deal = book.add(
                Kind.OPPORTUNITY,
                fields("name" to name, "source" to "Fair", "amount" to "1200 GBP", "close_on" to closeOn),
            )
            book.advanceDeal(deal.id, "lead_validation", DealOptions(), fields = fields())
            val standing = book.dealStanding(deal.id, DealOptions())
            return DealRow(deal.id, standing.deal.opportunity!!, "Averley Fish Market", standing)
        }
        val stood = row("Stood for weeks", "2026-12-04")
        val twice = row("Moved twice", "2026-12-09")
        val elsewhere = row("Customer elsewhere", "2026-12-11")
        val without = row("Newer process", "2026-12-18")
        val needs = elsewhere.standing.ahead!!
        val unknown = needs.missing.take(1).map { it.copy(because = UnmetReason.UnknownHere(listOf("account"))) }
        return listOf(
            without.copy(standing = without.standing.copy(process = null, stage = null, ahead = null, next = listOf())),
            elsewhere.copy(
                standing = elsewhere.standing.copy(
                    ahead = needs.copy(missing = listOf(), unknown = unknown, outcome = Outcome.UNKNOWN),
                ),
            ),
            twice.copy(standing = twice.standing.copy(losing = listOf(LosingMove("m", "lost")))),
            stood.copy(standing = stood.standing.copy(daysInStage = 34, overdue = true)),
        )
    }
}
