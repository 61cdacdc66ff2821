package com.fieldbook

import com.fieldbook.core.Checkup
import com.fieldbook.core.FieldValue
import com.fieldbook.core.Fieldbook
import com.fieldbook.core.Kind
import com.fieldbook.core.SyncException
import com.fieldbook.core.VisitState
import java.nio.file.Path
import java.time.Instant
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.io.TempDir

// What the guide and the README show, between the two marks, is this.
// README: from here
suspend fun aDay(file: String, server: String, code: String) {
    val book = Fieldbook.open(file) // made if need be; works without any server
    val shop = book.add(Kind.ACCOUNT, fields("name" to "Corner shop", "tier" to "A"))
    book.add(
        Kind.SITE,
        fields("account_id" to FieldValue.Id(shop.id), "position" to "52.6309,1.2974", "fence" to "circle:60"),
    )
    val here = fix(Instant.now(), lat = 52.6310, lon = 1.2974, accuracyM = 10.0)
    val visit = book.checkIn(shop.id, listOf(here)) // saved, whatever the fix says
    val arrival = (visit.visit?.state as? VisitState.Open)?.checkIn
    println("${visit.title}: ${arrival?.assessment?.verdict}") // VERIFIED
    book.checkOut(visit.id, outcome = "Took two crates")
    try {
        book.join(server, code, "my phone")
        println("${book.syncNow(deadlineMs = 30_000uL).accepted} edits sent")
    } catch (offline: SyncException.NoConnection) {
        println("nothing is lost, it goes out later")
    }
    for (lost in book.conflicts()) println("${lost.title}: ${lost.lostBy} wrote ${lost.lost}")
    book.changes(since = 0uL).first().entries.forEach { println("${it.kind} ${it.record}") } // a Flow
    book.close()
}
// README: to here

class ReadmeTest {
    @TempDir lateinit var folder: Path

    @Test
    fun `what the README shows works without a server`() = runBlocking {
        val file = folder.resolve("book.db").toString()
        aDay(file, "http://127.0.0.1:1", "NO-CODE")
        Fieldbook.open(file).use { book -> assertEquals(4u, book.status(Checkup.QUICK).unsent) }
    }
}
