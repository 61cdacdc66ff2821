package com.fieldbook.demo.ui.common

import androidx.compose.ui.geometry.Offset
import androidx.compose.ui.graphics.Color
import androidx.compose.ui.graphics.Path
import androidx.compose.ui.graphics.StrokeCap
import androidx.compose.ui.graphics.StrokeJoin
import androidx.compose.ui.graphics.drawscope.DrawScope
import androidx.compose.ui.graphics.drawscope.Stroke
import com.fieldbook.demo.data.Ground
import com.fieldbook.demo.data.GroundKind
import com.fieldbook.demo.ui.theme.MapColors

/** A line through all points. */
fun pathOf(points: List<Offset>) = Path().apply {
    points.forEachIndexed { index, point -> if (index == 0) moveTo(point.x, point.y) else lineTo(point.x, point.y) }
}

/** Water, parks and streets, as far as the app has them. */
fun DrawScope.drawGround(ground: List<Ground>, projection: Projection, colors: MapColors) {
    drawRect(colors.ground)
    ground.forEach { draw(it, projection, colors) }
}

private fun DrawScope.draw(ground: Ground, projection: Projection, colors: MapColors) {
    val path = pathOf(ground.points.map(projection::offset))
    fun line(color: Color, widthM: Double, least: Float) {
        val width = maxOf(projection.pixels(widthM), least)
        drawPath(path, color, style = Stroke(width, cap = StrokeCap.Round, join = StrokeJoin.Round))
    }
    when (ground.kind) {
        GroundKind.SEA -> drawPath(path.apply { close() }, colors.water)
        GroundKind.PARK -> drawPath(path.apply { close() }, colors.park)
        GroundKind.RIVER -> line(colors.water, 24.0, 4f)
        GroundKind.PIER -> line(colors.building, 10.0, 3f)
        GroundKind.RAIL -> line(colors.rail, 5.0, 2f)
        GroundKind.LANE -> line(colors.street, 6.0, 2f)
        GroundKind.STREET -> line(colors.street, 10.0, 3f)
        GroundKind.MAIN -> line(colors.street, 16.0, 5f)
    }
}
