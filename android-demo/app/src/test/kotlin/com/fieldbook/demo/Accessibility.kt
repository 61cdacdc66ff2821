package com.fieldbook.demo

import androidx.compose.ui.semantics.SemanticsNode
import androidx.compose.ui.semantics.SemanticsProperties
import androidx.compose.ui.semantics.getOrNull
import androidx.compose.ui.test.hasClickAction
import androidx.compose.ui.test.junit4.ComposeTestRule
import org.junit.Assert.assertEquals

/** Whatever can be tapped on the screen is read aloud by a word and is large enough for a thumb. */
fun checkAccessibility(compose: ComposeTestRule, density: Float) {
    val nodes = compose.onAllNodes(hasClickAction()).fetchSemanticsNodes()
    val nameless = nodes.filter { spoken(it).isBlank() }
    assertEquals("can be tapped and has no name", listOf<String>(), nameless.map { "${it.boundsInRoot}" })
    val small = nodes.filter { node ->
        // What is scrolled half out of the list is not small.
        val isWhole = node.boundsInRoot.height >= node.size.height && node.boundsInRoot.width >= node.size.width
        val touch = node.touchBoundsInRoot
        isWhole && minOf(touch.width, touch.height) < LEAST_DP * density - 1
    }
    assertEquals("is smaller than $LEAST_DP dp", listOf<String>(), small.map(::spoken))
}

private const val LEAST_DP = 48

private fun spoken(node: SemanticsNode): String {
    val config = node.config
    val words = config.getOrNull(SemanticsProperties.ContentDescription).orEmpty() +
        config.getOrNull(SemanticsProperties.Text).orEmpty().map { it.text } +
        listOfNotNull(config.getOrNull(SemanticsProperties.EditableText)?.text)
    return words.joinToString(" ")
}
