package com.fieldbook.demo

import android.graphics.Bitmap
import android.graphics.Canvas
import androidx.compose.ui.test.onNodeWithTag
import androidx.compose.ui.test.performScrollToIndex
import com.fieldbook.core.ImportKind
import java.io.File
import org.junit.Assume.assumeTrue
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config
import org.robolectric.annotation.GraphicsMode

/** How long a frame of the account list takes; only with `-Dbench=true`, as `cargo xtask bench bindings` does. */
@RunWith(RobolectricTestRunner::class)
@GraphicsMode(GraphicsMode.Mode.NATIVE)
@Config(sdk = [34], qualifiers = "w411dp-h891dp-hdpi")
class FrameTest {
    private val app = AppRule()

    @get:Rule val rules = app.rules

    @Test fun `a frame of the account list`() {
        assumeTrue(System.getProperty("bench") == "true")
        val rows = (0 until 10_000).joinToString("\n") { "A-$it,Shop ${"%05d".format(it)},Norwich" }
        val csv = File(app.folder.root, "many.csv").apply { writeText("external_id,name,city\n$rows") }
        app.fill { it.importFile(csv.path, ImportKind.ACCOUNTS) }
        app.start()
        app.tab(1)
        app.awaitText("Shop 00000")
        val view = app.activity.window.decorView
        val canvas = Canvas(Bitmap.createBitmap(view.width, view.height, Bitmap.Config.ARGB_8888))
        val took = (0 until WARM_UP + FRAMES).map { frame ->
            app.compose.onNodeWithTag("accounts").performScrollToIndex(frame % 30)
            app.compose.runOnIdle {
                val start = System.nanoTime()
                view.draw(canvas)
                (System.nanoTime() - start) / 1e6
            }
        }.drop(WARM_UP).sorted()
        val text = "android: a frame of the account list: median %.1f ms, 9 in 10 below %.1f ms (%d x %d pixels)\n"
        File(System.getProperty("frame")).writeText(
            text.format(took[FRAMES / 2], took[FRAMES * 9 / 10], view.width, view.height),
        )
    }

    private companion object {
        const val WARM_UP = 100
        const val FRAMES = 200
    }
}
