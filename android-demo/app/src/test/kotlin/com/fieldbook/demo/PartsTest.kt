package com.fieldbook.demo

import androidx.compose.ui.geometry.Offset
import androidx.compose.ui.geometry.Size
import com.fieldbook.core.Place
import com.fieldbook.demo.ui.common.Projection
import com.fieldbook.demo.ui.today.spread
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test

/** The parts that need no phone. */
class PartsTest {
    @Test fun `a picture that differs is found out`() {
        val white = IntArray(100) { -1 }
        val spotted = white.copyOf().also { for (at in 0 until 3) it[at] = 0 }
        assertEquals(0.0, Pictures.differing(white, white), 0.0)
        assertEquals(0.03, Pictures.differing(white, spotted), 1e-9)
        assertTrue(Pictures.differing(white, spotted) > Pictures.SHARE)
    }

    @Test fun `every place lies on the map, and equal ways are equally long both ways`() {
        val places = listOf(Place(50.72, -2.85), Place(50.74, -2.82), Place(50.73, -2.84))
        val canvas = Size(400f, 240f)
        val projection = Projection.around(places, canvas, margin = 20f)
        for (place in places) {
            val at = projection.offset(place)
            assertTrue("$at", at.x in 19f..381f && at.y in 19f..221f)
        }
        val middle = projection.offset(Place(50.73, -2.835))
        val degree = Math.cos(Math.toRadians(50.73))
        val north = (projection.offset(Place(50.731, -2.835)) - middle).getDistance()
        val east = (projection.offset(Place(50.73, -2.835 + 0.001 / degree)) - middle).getDistance()
        assertEquals(north, east, north / 100)
    }

    @Test fun `a single place and places at one point are shown too`() {
        val here = Place(50.73, -2.84)
        assertEquals(Offset(200f, 120f), Projection.around(listOf(here), Size(400f, 240f), 20f).offset(here))
    }

    @Test fun `numbers on the map do not hide each other`() {
        val spread = spread(List(5) { Offset(100f, 100f) } + Offset(300f, 300f), apart = 24f)
        for (i in spread.indices) for (j in 0 until i) {
            assertTrue("${spread[i]} and ${spread[j]}", (spread[i] - spread[j]).getDistance() > 20f)
        }
        assertEquals(Offset(300f, 300f), spread.last())
    }
}
