package com.fieldbook.demo

import androidx.compose.ui.test.hasTestTag
import androidx.compose.ui.test.onFirst
import androidx.compose.ui.test.onAllNodesWithTag
import androidx.compose.ui.test.onNodeWithTag
import androidx.compose.ui.test.onNodeWithText
import androidx.compose.ui.test.performClick
import com.fieldbook.core.DayToPlan
import com.fieldbook.core.Kind
import com.fieldbook.core.PlanEnd
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config
import org.robolectric.annotation.GraphicsMode

/** Each main screen over the real core, in light, dark, Chinese and large text. */
@RunWith(RobolectricTestRunner::class)
@GraphicsMode(GraphicsMode.Mode.NATIVE)
@Config(sdk = [34], qualifiers = "w411dp-h891dp-hdpi")
class GoldenTest {
    private val app = AppRule()

    @get:Rule val rules = app.rules

    private val pictures = Pictures(app.compose) { app.activity }

    @Test fun light() = album("light")

    @Test @Config(qualifiers = "+night") fun dark() = album("dark")

    @Test @Config(qualifiers = "+zh") fun chinese() = album("chinese")

    @Test @Config(fontScale = 1.6f) fun large() = album("large")

    /** Walks through the app once and draws each screen on the way. */
    private fun album(kind: String) {
        app.sample()
        app.fill { book -> plan(book) }
        app.location.at = 50.728854 to -2.836748
        app.start()
        app.awaitTag("next")
        pictures.check("today-$kind")
        app.tab(1)
        app.awaitText("Averley Fish Market")
        pictures.check("accounts-$kind")
        app.tab(2)
        app.awaitText("Ice boxes")
        pictures.check("deals-$kind")
        app.tab(3)
        app.awaitText("Order sample bags")
        pictures.check("tasks-$kind")
        app.tab(4)
        app.awaitTag("sync")
        pictures.check("sync-$kind")
    }

    private fun plan(book: com.fieldbook.core.Fieldbook) {
        val day = DayToPlan(
            date = AppRule.TODAY.toString(), utcOffsetMinutes = 0, end = PlanEnd.Back, serviceS = 2_400, candidatesMax = 30u,
            deadlineMs = 1_500uL,
        )
        book.planDay(day).use { it.keep() }
    }
}
