package com.fieldbook.demo.data

import com.fieldbook.core.Place
import java.io.File

/** What a line or an area of the map's ground is. */
enum class GroundKind { SEA, PARK, RIVER, PIER, RAIL, LANE, STREET, MAIN }

/** One line or area of the map's ground. */
data class Ground(val kind: GroundKind, val points: List<Place>)

/** Reads the ground of the sample's map: lines of `name,kind,"lat,lon lat,lon ..."`. A line that is none is left out. */
fun readGround(file: File): List<Ground> = file.readLines().drop(1).mapNotNull(::groundOf)

private fun groundOf(line: String): Ground? {
    val (_, word, points) = LINE.matchEntire(line)?.destructured ?: return null
    val kind = GroundKind.entries.find { it.name.equals(word, ignoreCase = true) } ?: return null
    val places = points.split(' ').mapNotNull { pair ->
        val (lat, lon) = pair.split(',').mapNotNull(String::toDoubleOrNull).takeIf { it.size == 2 } ?: return@mapNotNull null
        Place(lat, lon)
    }
    return Ground(kind, places)
}

private val LINE = Regex("""([^,]*),(\w+),"([^"]*)"""")
