package com.fieldbook.demo

import java.io.File
import javax.xml.parsers.DocumentBuilderFactory
import org.junit.Assert.assertEquals
import org.junit.Test
import org.w3c.dom.Element

/** Every text is there in both languages, with the same values in it. */
class TextsTest {
    private fun texts(folder: String): Map<String, List<String>> {
        val file = File("src/main/res/$folder/strings.xml")
        val root = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(file).documentElement
        val elements = (0 until root.childNodes.length).map(root.childNodes::item).filterIsInstance<Element>()
        return elements.associate { it.getAttribute("name") to values(it.textContent) }
    }

    private fun values(text: String) = Regex("""%\d\$[.\d]*[a-z]""").findAll(text).map { it.value }.distinct().sorted().toList()

    @Test fun `English and Chinese have the same texts with the same values`() {
        val english = texts("values") - "app_name"
        val chinese = texts("values-zh")
        assertEquals(english.keys, chinese.keys)
        for ((name, values) in english) assertEquals(name, values, chinese[name])
    }
}
