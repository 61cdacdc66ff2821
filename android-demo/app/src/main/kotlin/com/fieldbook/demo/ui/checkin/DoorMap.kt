package com.fieldbook.demo.ui.checkin

import androidx.compose.foundation.Canvas
import androidx.compose.material3.MaterialTheme
import androidx.compose.runtime.Composable
import androidx.compose.ui.Modifier
import androidx.compose.ui.draw.clipToBounds
import androidx.compose.ui.geometry.Rect
import androidx.compose.ui.graphics.Color
import androidx.compose.ui.graphics.Path
import androidx.compose.ui.graphics.drawscope.DrawScope
import androidx.compose.ui.graphics.drawscope.Stroke
import androidx.compose.ui.res.stringResource
import androidx.compose.ui.semantics.contentDescription
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.unit.dp
import com.fieldbook.core.CheckIn
import com.fieldbook.core.FenceShape
import com.fieldbook.core.Place
import com.fieldbook.core.RawFix
import com.fieldbook.core.RawSite
import com.fieldbook.core.Rings
import com.fieldbook.demo.R
import com.fieldbook.demo.data.Ground
import com.fieldbook.demo.ui.common.Projection
import com.fieldbook.demo.ui.common.drawGround
import com.fieldbook.demo.ui.theme.LocalMapColors

/** The fence as a green area, each fix as a dot in the circle of its accuracy; nothing without a site and a fix. */
@Composable
fun DoorMap(arrival: CheckIn, ground: List<Ground>, modifier: Modifier = Modifier) {
    val site = arrival.site ?: return
    if (arrival.fixes.isEmpty()) return
    val (map, scheme) = LocalMapColors.current to MaterialTheme.colorScheme
    val description = stringResource(R.string.door_map)
    Canvas(modifier.clipToBounds().semantics { contentDescription = description }) {
        val door = Place(site.lat, site.lon)
        val projection = Projection.around(shownPlaces(site, arrival.fixes), size, margin = 16.dp.toPx(), leastM = 120.0)
        drawGround(ground, projection, map)
        drawFence(site, projection, scheme.primary)
        drawCircle(scheme.primary, 5.dp.toPx(), projection.offset(door))
        for (fix in arrival.fixes) {
            val at = projection.offset(Place(fix.lat, fix.lon))
            drawCircle(scheme.tertiary.copy(alpha = 0.18f), projection.pixels(fix.accuracyM), at)
            drawCircle(scheme.tertiary, projection.pixels(fix.accuracyM), at, style = Stroke(1.5.dp.toPx()))
            drawCircle(scheme.surface, 7.dp.toPx(), at)
            drawCircle(scheme.tertiary, 5.dp.toPx(), at)
        }
    }
}

/** The corners of what has to fit: the fence and the circles of the fixes. */
private fun shownPlaces(site: RawSite, fixes: List<RawFix>): List<Place> {
    val fence = when (val shape = site.fence) {
        is FenceShape.Circle -> corners(Place(site.lat, site.lon), shape.radiusM)
        is FenceShape.Polygon -> shape.outlines().flatten()
    }
    return fence + fixes.flatMap { corners(Place(it.lat, it.lon), it.accuracyM) }
}

private fun corners(middle: Place, radiusM: Double): List<Place> {
    val lat = radiusM / 111_320.0
    val lon = lat / Math.cos(Math.toRadians(middle.lat))
    return listOf(Place(middle.lat - lat, middle.lon - lon), Place(middle.lat + lat, middle.lon + lon))
}

private fun FenceShape.Polygon.outlines(): List<List<Place>> {
    val rings = when (val rings = v1) {
        is Rings.One -> listOf(rings.v1)
        is Rings.Many -> rings.v1
    }
    return rings.map { ring -> ring.map { (lon, lat) -> Place(lat, lon) } }
}

private fun DrawScope.drawFence(site: RawSite, projection: Projection, color: Color) {
    val path = Path()
    when (val shape = site.fence) {
        is FenceShape.Circle -> {
            val radius = projection.pixels(shape.radiusM)
            val at = projection.offset(Place(site.lat, site.lon))
            path.addOval(Rect(at, radius))
        }
        is FenceShape.Polygon -> for (ring in shape.outlines()) {
            ring.map(projection::offset).forEachIndexed { index, at ->
                if (index == 0) path.moveTo(at.x, at.y) else path.lineTo(at.x, at.y)
            }
            path.close()
        }
    }
    drawPath(path, color.copy(alpha = 0.2f))
    drawPath(path, color, style = Stroke(2.dp.toPx()))
}
