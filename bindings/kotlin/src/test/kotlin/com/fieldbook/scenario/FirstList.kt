package com.fieldbook.scenario

import com.fieldbook.core.Fieldbook
import com.fieldbook.core.Kind
import java.io.File
import kotlin.time.TimeSource

/**
 * The start of a JVM program over a book of 100,000 accounts, from its first class to its first list.
 *
 * Arguments: `fill` or `show`, and a folder.
 */
fun main(args: Array<String>) {
    val start = TimeSource.Monotonic.markNow()
    val (what, folder) = args
    if (what == "fill") {
        filled(folder, FIRST_LIST).close()
        return
    }
    Fieldbook.open(File(folder, "many.db").path).use { book ->
        val page = book.page(Kind.ACCOUNT, limit = 50u)
        val took = start.elapsedNow().inWholeMilliseconds
        println("kotlin: from main to the first ${page.records.size} of $FIRST_LIST accounts: $took ms")
    }
}

private const val FIRST_LIST = 100_000
