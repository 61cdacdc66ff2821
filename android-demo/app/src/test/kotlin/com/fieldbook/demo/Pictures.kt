package com.fieldbook.demo

import android.graphics.Bitmap
import android.graphics.BitmapFactory
import android.os.Handler
import android.os.Looper
import android.view.PixelCopy
import androidx.compose.ui.test.junit4.ComposeTestRule
import java.io.File
import kotlin.math.abs
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue

/**
 * Pictures of screens, each compared with the golden one of its name in `src/test/golden`.
 *
 * Fonts are drawn a little differently from machine to machine, and times of check-ins differ from run to run: a few pixels may
 * differ. `-Dbless=true` makes the new pictures the golden ones; look at them before they are committed.
 */
class Pictures(private val compose: ComposeTestRule, private val activity: () -> MainActivity) {
    /** Draws the window and compares; whatever can be tapped must have a name and room for a thumb. */
    fun check(name: String) {
        checkAccessibility(compose, activity().resources.displayMetrics.density)
        val bitmap = draw()
        val written = File(System.getProperty("pictures"), "$name.png").apply { parentFile.mkdirs() }
        writePalettePng(pixels(bitmap), bitmap.width, bitmap.height, written)
        val golden = File(System.getProperty("golden"), "$name.png")
        if (System.getProperty("bless") == "true") {
            golden.parentFile.mkdirs()
            written.copyTo(golden, overwrite = true)
            return
        }
        assertTrue("$golden is missing: run with -Dbless=true and look at it", golden.exists())
        compare(name, BitmapFactory.decodeFile(golden.path), bitmap)
    }

    private fun draw(): Bitmap {
        val window = activity().window
        val bitmap = Bitmap.createBitmap(window.decorView.width, window.decorView.height, Bitmap.Config.ARGB_8888)
        var result = -1
        compose.runOnIdle { PixelCopy.request(window, bitmap, { result = it }, Handler(Looper.getMainLooper())) }
        compose.runOnIdle { assertEquals("the window could not be copied", PixelCopy.SUCCESS, result) }
        return bitmap
    }

    private fun compare(name: String, golden: Bitmap, now: Bitmap) {
        assertEquals("$name: another width", golden.width, now.width)
        assertEquals("$name: another height", golden.height, now.height)
        val share = differing(pixels(golden), pixels(now))
        assertTrue("$name: ${"%.2f".format(share * 100)} % of the pixels differ from the golden picture", share <= SHARE)
    }

    private fun pixels(bitmap: Bitmap) =
        IntArray(bitmap.width * bitmap.height).also { bitmap.getPixels(it, 0, bitmap.width, 0, 0, bitmap.width, bitmap.height) }

    companion object {
        /** How much of a picture may differ. */
        const val SHARE = 0.02

        private const val STEPS = 32

        /** The share of pixels of which some colour differs by more than a few steps. */
        fun differing(one: IntArray, other: IntArray): Double =
            one.indices.count { index -> isOther(one[index], other[index]) }.toDouble() / one.size

        private fun isOther(one: Int, other: Int) =
            listOf(0, 8, 16).any { shift -> abs((one shr shift and 0xFF) - (other shr shift and 0xFF)) > STEPS }
    }
}
