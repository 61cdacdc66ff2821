package com.fieldbook

import java.io.File
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertTrue
import kotlinx.validation.ExternalApi
import kotlinx.validation.api.dump
import kotlinx.validation.api.filterOutNonPublic
import kotlinx.validation.api.loadApiFromJvmClasses

/**
 * The public API of the hand-written layer, as byte code sees it, is that of `api/fieldbook-core.api`.
 *
 * A difference is an incompatible change for those who have compiled against it, or a new promise. `-Dbless=true` writes the
 * file anew.
 */
class ApiTest {
    @OptIn(ExternalApi::class)
    @Test
    fun `the public API is the one that was promised`() {
        val classes = checkNotNull(File("target/classes/com/fieldbook").listFiles { file -> file.extension == "class" })
        val streams = classes.sorted().asSequence().map { it.inputStream() }
        val api = streams.loadApiFromJvmClasses().filterOutNonPublic().dump(StringBuilder()).toString()
        assertTrue("public final class com/fieldbook/Book" in api)
        val promised = File("api/fieldbook-core.api")
        if (System.getProperty("bless") == "true") promised.writeText(api)
        assertEquals(promised.readText(), api)
    }
}
