package com.fieldbook.demo

import androidx.compose.ui.test.hasTestTag
import androidx.compose.ui.test.onAllNodesWithText
import androidx.compose.ui.test.onFirst
import androidx.compose.ui.test.performClick
import com.fieldbook.demo.platform.LocationAccess
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

    @Test @Config(qualifiers = "+zh-rCN") fun chinese() = album("chinese")

    @Test @Config(fontScale = 1.6f) fun large() = album("large")

    @Test fun `an empty book`() {
        app.start()
        app.awaitTag("sample")
        pictures.check("empty-light")
    }

    @Test fun `off site, and before it without permission`() {
        app.sample(every = 5)
        app.location.access = LocationAccess.APPROXIMATE
        app.location.at = 50.7300 to -2.8395
        app.start()
        openMarket()
        app.tap("check-in")
        app.awaitTag("tap")
        pictures.check("check-in-approximate")
        app.tap("tap")
        app.awaitTag("verdict")
        pictures.check("check-in-off-site")
    }

    @Test @Config(qualifiers = "+ar-ldrtl") fun `right to left`() {
        app.sample(every = 5)
        app.start()
        app.tap("plan")
        app.tap("keep")
        app.awaitTag("next-check-in")
        pictures.check("today-right-to-left")
    }

    private fun openMarket() {
        app.tab(1)
        app.awaitText("Averley Fish Market")
        app.compose.onAllNodesWithText("Averley Fish Market").onFirst().performClick()
        app.awaitTag("account")
    }

    /** Walks through the app once and draws each screen on the way. */
    private fun album(kind: String) {
        // So few customers that the planner proves its plan to be the best: it is the same on every machine.
        app.sample(every = 5)
        app.location.at = 50.72955 to -2.83680
        app.location.accuracyM = 14.0
        app.start()
        app.tap("plan")
        app.awaitTag("keep")
        if (kind == "light") pictures.check("plan-$kind")
        app.tap("keep")
        app.await(hasTestTag("next-check-in"))
        pictures.check("today-$kind")

        app.tab(1)
        app.awaitText("Averley Fish Market")
        pictures.check("accounts-$kind")
        openMarket()
        pictures.check("account-$kind")
        app.tap("check-in")
        app.tap("tap")
        app.awaitTag("verdict")
        pictures.check("check-in-$kind")
        back()
        back()

        app.tab(2)
        app.awaitTag("deals")
        pictures.check("deals-$kind")
        app.tab(3)
        app.awaitText("Bring the winter price list")
        pictures.check("tasks-$kind")
        app.tab(4)
        app.awaitTag("sync")
        pictures.check("sync-$kind")
        app.tap("settings-button")
        app.awaitTag("settings")
        pictures.check("settings-$kind")
    }

    private fun back() {
        app.compose.runOnIdle { app.activity.onBackPressedDispatcher.onBackPressed() }
    }
}
