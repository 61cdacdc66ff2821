package com.fieldbook.demo.ui.common

import androidx.compose.ui.geometry.Offset
import androidx.compose.ui.geometry.Size
import com.fieldbook.core.Place
import kotlin.math.cos
import kotlin.math.max

private const val METRES_A_DEGREE = 111_320.0

/** Puts places on a canvas: flat, north up, the same scale both ways. Good for a day's drive, not for a continent. */
class Projection(private val middle: Place, private val pixelsAMetre: Double, private val canvas: Size) {
    private val lonScale = cos(Math.toRadians(middle.lat)) * METRES_A_DEGREE

    /** Where on the canvas. */
    fun offset(place: Place): Offset = Offset(
        x = (canvas.width / 2 + (place.lon - middle.lon) * lonScale * pixelsAMetre).toFloat(),
        y = (canvas.height / 2 - (place.lat - middle.lat) * METRES_A_DEGREE * pixelsAMetre).toFloat(),
    )

    /** A length on the ground, in pixels. */
    fun pixels(metres: Double): Float = (metres * pixelsAMetre).toFloat()

    companion object {
        /** Shows all [places] with [margin] pixels around them, and never less than [leastM] metres across. */
        fun around(places: List<Place>, canvas: Size, margin: Float, leastM: Double = 400.0): Projection {
            val (south, north) = places.minOf { it.lat } to places.maxOf { it.lat }
            val (west, east) = places.minOf { it.lon } to places.maxOf { it.lon }
            val middle = Place((south + north) / 2, (west + east) / 2)
            val widthM = max((east - west) * cos(Math.toRadians(middle.lat)) * METRES_A_DEGREE, leastM)
            val heightM = max((north - south) * METRES_A_DEGREE, leastM * canvas.height / canvas.width)
            val scale = minOf((canvas.width - 2 * margin) / widthM, (canvas.height - 2 * margin) / heightM)
            return Projection(middle, max(scale, 1e-9), canvas)
        }
    }
}
