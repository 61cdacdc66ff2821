package com.fieldbook

import com.fieldbook.core.BookException
import com.fieldbook.core.CheckInException
import com.fieldbook.core.DayToPlan
import com.fieldbook.core.DealException
import com.fieldbook.core.Fault
import com.fieldbook.core.Kind
import com.fieldbook.core.PlanEnd
import com.fieldbook.core.PlanEvent
import com.fieldbook.core.RawFix
import com.fieldbook.core.Reason
import com.fieldbook.core.Record
import com.fieldbook.core.SignatureException
import com.fieldbook.core.StoreException
import com.fieldbook.core.SyncException
import com.fieldbook.core.Verdict
import com.fieldbook.core.VisitState
import java.io.ByteArrayOutputStream
import java.io.PrintStream
import java.nio.file.Path
import java.time.Instant
import kotlin.test.AfterTest
import kotlin.test.BeforeTest
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertTrue
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.flow.take
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withContext
import org.junit.jupiter.api.io.TempDir

// Each code block of docs/guides/kotlin.md stands here word for word; `cargo test -p fieldbook-tests --test snippets` compares.

suspend fun accountNames(book: Book): List<String> = buildList {
    book.pages(Kind.ACCOUNT, pageSize = 50).collect { page -> page.records.forEach { add(it.title) } }
}

fun firstScreen(book: Book): Flow<List<Record>> =
    book.pages(Kind.ACCOUNT, pageSize = 50).take(1).map { it.records }

suspend fun rename(book: Book, account: String, name: String): String = try {
    book.set(account, "name" to name).title
} catch (refused: BookException.BadField) {
    "${refused.v1.field} cannot be that: ${refused.v1.why}"
} catch (gone: BookException.NoSuchRecord) {
    "this customer is no longer in your book"
}

suspend fun arrive(book: Book, account: String, fixes: List<RawFix>): String = try {
    val visit = book.checkIn(account, fixes)
    val arrival = (visit.visit?.state as VisitState.Open).checkIn
    when (arrival.assessment.verdict) {
        Verdict.VERIFIED -> "you are here"
        Verdict.LIKELY_ON_SITE -> "you are probably here"
        Verdict.OFF_SITE -> arrival.assessment.reasons.filterIsInstance<Reason.OutsideFence>()
            .joinToString { "saved, but you are ${it.beyondM.toInt()} m away" }
        Verdict.UNVERIFIABLE, Verdict.UNKNOWN -> "saved; your phone could not tell where it was"
    }
} catch (elsewhere: CheckInException.AlreadyOpen) {
    val at = book.record(elsewhere.visit).visit?.accountId
    "check out of ${at?.let { book.record(it).title }} first"
}

suspend fun follow(book: Book, handled: ULong, show: suspend (Record) -> Unit, remember: (ULong) -> Unit) {
    book.changes(since = handled).collect { changes ->
        for (entry in changes.entries) show(book.record(entry.record))
        remember(changes.latest) // a restart goes on from here and misses nothing
    }
}

suspend fun backgroundSync(book: Book): Boolean = try {
    book.syncNow(deadline = 60.seconds) // cancelling this coroutine ends it after the request under way
    true
} catch (later: SyncException.NoConnection) {
    false // nothing is lost: what was acknowledged is kept, the rest is sent next time
} catch (later: SyncException.TimedOut) {
    false
} catch (refused: SyncException.Refused) {
    if (refused.v1 == Fault.REVOKED) error("the administrator has locked this phone out")
    false
}

suspend fun planAndReplan(book: Book): List<String> {
    val day = DayToPlan(date = "2026-11-25", utcOffsetMinutes = 0, zone = "Europe/London", end = PlanEnd.Back)
    return book.planDay(day).use { plan -> // close it: an open plan keeps the book's file open
        plan.replan(nowS = 10 * 3600, event = PlanEvent.Late(byS = 1_800)).use { rest ->
            rest.keep() // now they are planned visits, and only now
            rest.stops().map { "${it.startS / 3600}:%02d ${it.title}".format(it.startS / 60 % 60) }
        }
    }
}

suspend fun settle(book: Book) {
    for (conflict in book.conflicts()) {
        println("${conflict.title}: ${conflict.field} is ${conflict.shown}, ${conflict.lostBy} wrote ${conflict.lost}")
        book.restore(conflict.record, conflict.field, conflict.change) // "use this value"
    }
}

suspend fun notTaken(book: Book): List<String> = withContext(Dispatchers.IO) {
    book.core.refused().map { kept ->
        // book.core.takeUp(kept.change) writes it again, book.core.dropEdit(kept.change) gives it up
        "${kept.kind} by ${kept.by}: ${kept.fields.keys.sorted().joinToString()}"
    }
}

suspend fun advance(book: Book, deal: String, stage: String): List<String> = try {
    book.advanceDeal(deal, stage, "next_step" to "Send the contract") // written with the move, and counts for the gate
    listOf()
} catch (refused: DealException.Refused) {
    val gate = refused.v1.verdict
    gate?.run { missing + unknown }?.map { it.says["en"] ?: it.criterion } ?: listOf(refused.v1.text) // no gate leads there
}

suspend fun sign(book: Book, keystore: (ByteArray) -> ByteArray): Int = withContext(Dispatchers.IO) {
    val waiting = book.core.unsignedLinks()
    for (link in waiting) book.core.putSignature(link.n, keystore(link.bytes))
    waiting.size
}

suspend fun openEncrypted(file: String, fromKeystore: ByteArray): Book = Book.open(file, key = fromKeystore)

class GuideTest {
    @TempDir lateinit var folder: Path

    private lateinit var book: Book
    private lateinit var shop: String

    @BeforeTest
    fun open() = runBlocking {
        book = Book.open(folder.resolve("book.db").toString())
        shop = book.add(Kind.ACCOUNT, "name" to "Corner shop").id
        book.add(
            Kind.SITE,
            "account_id" to com.fieldbook.core.FieldValue.Id(shop), "position" to "52.6309,1.2974", "fence" to "circle:60",
        )
        Unit
    }

    @AfterTest fun close() = book.close()

    @Test
    fun `lists, edits and changes of the guide`() = runBlocking {
        assertEquals(listOf("Corner shop"), accountNames(book))
        assertEquals(1, firstScreen(book).first().size)
        assertEquals("Corner Shop", rename(book, shop, "Corner Shop"))
        assertTrue(rename(book, shop, "x".repeat(2001)).startsWith("name cannot be that"))
        val seen = mutableListOf<String>()
        runCatching { follow(book, 0uL, { seen += it.title }) { error("enough") } }
        assertTrue("Corner Shop" in seen)
        settle(book)
    }

    @Test
    fun `check-ins of the guide`() = runBlocking {
        val far = listOf(fix(Instant.now(), 52.6409, 1.2974, 10.0))
        assertTrue(arrive(book, shop, far).startsWith("saved, but you are"))
        val other = book.add(Kind.ACCOUNT, "name" to "Other").id
        assertEquals("check out of Corner shop first", arrive(book, other, listOf()))
    }

    @Test
    fun `plans and syncs of the guide`() = runBlocking {
        assertEquals(1, planAndReplan(book).size)
        assertTrue(runCatching { backgroundSync(book) }.exceptionOrNull() is SyncException.NotJoined)
    }

    @Test
    fun `the first program of the guide`() {
        val printed = ByteArrayOutputStream()
        val before = System.out
        System.setOut(PrintStream(printed))
        try {
            Class.forName("RepKt").getMethod("main").invoke(null)
        } finally {
            System.setOut(before)
        }
        assertEquals("VERIFIED", printed.toString().trim())
    }

    @Test
    fun `deals, kept edits and the keystore of the guide`() = runBlocking {
        val deal = book.add(Kind.OPPORTUNITY, "name" to "Hospital").id
        assertEquals(listOf("source"), advance(book, deal, "lead_validation"))
        book.set(deal, "source" to "Trade fair")
        assertEquals(listOf(), advance(book, deal, "lead_validation"))
        assertTrue(advance(book, deal, "won").single().startsWith("stage won comes after"))
        assertEquals(listOf(), notTaken(book))
        assertEquals(0, sign(book) { error("the device's own key has signed") })
        val public = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
        book.core.signWith(public.chunked(2) { it.toString().toInt(16).toByte() }.toByteArray())
        book.checkIn(shop, listOf())
        assertFailsWith<SignatureException.DoesNotFit> { sign(book) { ByteArray(64) } }
        // The library of the tests is built without encryption.
        val sealed = folder.resolve("sealed.db").toString()
        assertFailsWith<StoreException.NoCipher> { openEncrypted(sealed, ByteArray(32) { 7 }) }
        assertFailsWith<StoreException.WrongKey> { openEncrypted(sealed, ByteArray(31)) }
        Unit
    }
}
