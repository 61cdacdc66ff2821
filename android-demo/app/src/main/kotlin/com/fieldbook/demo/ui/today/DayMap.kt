package com.fieldbook.demo.ui.today

import androidx.compose.foundation.Canvas
import androidx.compose.material3.MaterialTheme
import androidx.compose.runtime.Composable
import androidx.compose.ui.Modifier
import androidx.compose.ui.draw.clipToBounds
import androidx.compose.ui.geometry.Offset
import androidx.compose.ui.graphics.Color
import androidx.compose.ui.graphics.StrokeCap
import androidx.compose.ui.graphics.StrokeJoin
import androidx.compose.ui.graphics.drawscope.DrawScope
import androidx.compose.ui.graphics.drawscope.Stroke
import androidx.compose.ui.semantics.contentDescription
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.text.TextMeasurer
import androidx.compose.ui.text.TextStyle
import androidx.compose.ui.text.drawText
import androidx.compose.ui.text.font.FontWeight
import androidx.compose.ui.text.rememberTextMeasurer
import androidx.compose.ui.unit.dp
import androidx.compose.ui.unit.sp
import com.fieldbook.demo.data.Ground
import com.fieldbook.demo.ui.common.Projection
import com.fieldbook.demo.ui.common.drawGround
import com.fieldbook.demo.ui.common.metres
import com.fieldbook.demo.ui.common.pathOf
import com.fieldbook.demo.ui.common.text
import com.fieldbook.demo.ui.theme.LocalMapColors

/** The route on a map drawn from the day's own data: no tiles, no network. */
@Composable
fun DayMap(stops: List<DayStop>, ground: List<Ground>, description: String, modifier: Modifier = Modifier) {
    val placed = stops.filter { it.place != null }
    if (placed.isEmpty()) return
    val (map, scheme, measurer) = Triple(LocalMapColors.current, MaterialTheme.colorScheme, rememberTextMeasurer())
    val bar = metres(BAR_M).text()
    Canvas(modifier.clipToBounds().semantics { contentDescription = description }) {
        val places = placed.mapNotNull(DayStop::place)
        val projection = Projection.around(places, size, margin = 36.dp.toPx())
        drawGround(ground, projection, map)
        val points = spread(places.map(projection::offset), 25.dp.toPx())
        drawRoute(points, scheme.primary)
        // The next stop comes last, on top of its neighbours.
        for ((index, stop) in placed.withIndex().sortedBy { (_, stop) -> stop.state == StopState.NEXT }) {
            val at = points[index]
            val (fill, ink) = when (stop.state) {
                StopState.DONE, StopState.SKIPPED -> scheme.outline to scheme.surface
                StopState.NEXT, StopState.HERE -> scheme.tertiary to scheme.onTertiary
                StopState.LATER -> scheme.primary to scheme.onPrimary
            }
            drawStop(measurer, "${index + 1}", at, fill, ink, scheme.surface)
        }
        drawScaleBar(measurer, projection.pixels(BAR_M), bar, scheme.onSurface)
    }
}

private const val BAR_M = 200.0

/** Moves points that lie closer together than [apart] away from each other, so that every number can be read. */
internal fun spread(points: List<Offset>, apart: Float): List<Offset> {
    val moved = points.toMutableList()
    repeat(ROUNDS) {
        for (i in moved.indices) for (j in 0 until i) {
            val (between, distance) = (moved[i] - moved[j]).let { it to it.getDistance() }
            if (distance >= apart) continue
            // Points at one place part sideways.
            val way = if (distance > 0.01f) between / distance else Offset(1f, 0f)
            val push = way * ((apart - distance) / 2)
            moved[i] += push
            moved[j] -= push
        }
    }
    return moved
}

private const val ROUNDS = 40

/** The order of the stops as straight lines: which streets lie between is not known here. */
private fun DrawScope.drawRoute(points: List<Offset>, color: Color) {
    val path = pathOf(points)
    drawPath(path, color.copy(alpha = 0.85f), style = Stroke(3.dp.toPx(), cap = StrokeCap.Round, join = StrokeJoin.Round))
}

private fun DrawScope.drawStop(measurer: TextMeasurer, number: String, at: Offset, fill: Color, ink: Color, rim: Color) {
    val radius = 12.dp.toPx()
    drawCircle(rim, radius + 2.dp.toPx(), at)
    drawCircle(fill, radius, at)
    // In dp, not sp: the number has to fit its circle, and the list below says it in the rep's own size.
    val style = TextStyle(color = ink, fontSize = (13 / fontScale).sp, fontWeight = FontWeight.Bold)
    val text = measurer.measure(number, style)
    drawText(text, topLeft = at - Offset(text.size.width / 2f, text.size.height / 2f))
}

private fun DrawScope.drawScaleBar(measurer: TextMeasurer, length: Float, label: String, color: Color) {
    if (length < 16.dp.toPx() || length > size.width * 0.6f) return
    val (left, bottom) = 12.dp.toPx() to size.height - 10.dp.toPx()
    drawLine(color, Offset(left, bottom), Offset(left + length, bottom), 2.dp.toPx())
    for (x in listOf(left, left + length)) drawLine(color, Offset(x, bottom - 4.dp.toPx()), Offset(x, bottom), 2.dp.toPx())
    val text = measurer.measure(label, TextStyle(color = color, fontSize = (11 / fontScale).sp))
    drawText(text, topLeft = Offset(left + 2.dp.toPx(), bottom - 4.dp.toPx() - text.size.height))
}
