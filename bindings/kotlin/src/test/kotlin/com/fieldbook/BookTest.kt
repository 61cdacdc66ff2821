package com.fieldbook

import com.fieldbook.core.BookException
import com.fieldbook.core.DayToPlan
import com.fieldbook.core.FieldValue
import com.fieldbook.core.ImportKind
import com.fieldbook.core.Kind
import com.fieldbook.core.PlanEnd
import com.fieldbook.core.SyncException
import com.fieldbook.core.VisitState
import java.nio.file.Path
import java.time.Instant
import java.time.LocalDate
import java.time.ZoneId
import java.time.ZoneOffset
import kotlin.io.path.writeText
import kotlin.test.AfterTest
import kotlin.test.BeforeTest
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertNotEquals
import kotlin.test.assertNull
import kotlin.test.assertTrue
import kotlin.time.Duration.Companion.seconds
import kotlin.time.TimeSource
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Runnable
import kotlinx.coroutines.async
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.flow.take
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.io.TempDir

class BookTest {
    @TempDir lateinit var folder: Path

    private lateinit var book: Book

    @BeforeTest fun open() = runBlocking { book = Book.open(folder.resolve("book.db").toString()) }

    @AfterTest fun close() = book.close()

    private suspend fun fill(count: Int) {
        val rows = (0 until count).joinToString("\n") { "A-$it,Shop ${"%03d".format(it)},52.${600 + it},1.2974" }
        val csv = folder.resolve("shops.csv").apply { writeText("external_id,name,lat,lon\n$rows") }
        assertEquals(count.toUInt(), book.importFile(csv.toString(), ImportKind.ACCOUNTS).imported)
    }

    @Test
    fun `calls run on the given dispatcher and not on the caller's thread`() = runBlocking {
        var dispatched = 0
        val counting = object : CoroutineDispatcher() {
            override fun dispatch(context: kotlin.coroutines.CoroutineContext, block: Runnable) {
                dispatched += 1
                Dispatchers.IO.dispatch(context, block)
            }
        }
        Book(book.core, counting).status()
        assertEquals(1, dispatched)
    }

    @Test
    fun `an edit is there when the call returns, and a refused one wrote nothing`() = runBlocking {
        val shop = book.add(Kind.ACCOUNT, "name" to "Corner shop", "visit_every_days" to 14)
        assertEquals("A", book.set(shop.id, "tier" to "A").account?.tier)
        val refused = assertFailsWith<BookException.BadField> { book.set(shop.id, "tier" to "B", "shoe_size" to 9) }
        assertEquals("shoe_size", refused.v1.field)
        assertEquals("A", book.record(shop.id).account?.tier)
        assertNull(book.set(shop.id, "tier" to null).account?.tier)
        assertEquals(FieldValue.Int(14), book.fields(shop.id)["visit_every_days"])
        book.delete(shop.id)
        assertTrue(book.undelete(shop.id).title == "Corner shop")
        assertEquals(5, book.history(shop.id).size)
    }

    @Test
    fun `pages come in order, each record once, and only as many as are asked for`() = runBlocking {
        fill(25)
        val pages = book.pages(Kind.ACCOUNT, pageSize = 10).toList()
        assertEquals(listOf(10, 10, 5), pages.map { it.records.size })
        assertEquals(listOf(true, true, false), pages.map { it.more })
        assertEquals((0 until 25).map { "Shop %03d".format(it) }, pages.flatMap { it.records }.map { it.title })
        var fetched = 0
        book.pages(Kind.ACCOUNT, pageSize = 10).map { fetched += 1 }.take(1).toList()
        assertEquals(1, fetched)
        assertFailsWith<BookException.BadLimit> { book.pages(Kind.ACCOUNT, pageSize = 101).first() }
    }

    @Test
    fun `a check-in, a day and its instants`() = runBlocking {
        fill(1)
        val before = Instant.now().minusSeconds(1)
        val shop = book.search("shop")[0].id
        val visit = book.checkIn(shop, listOf(fix(Instant.now(), 52.600, 1.2974, 10.0)))
        val arrival = (visit.visit?.state as VisitState.Open).checkIn
        assertTrue(arrival.at > before)
        book.checkOut(visit.id, outcome = "Took two crates")
        val today = LocalDate.ofInstant(arrival.at, ZoneOffset.UTC)
        assertEquals(listOf("Took two crates"), book.day(today, ZoneOffset.UTC).map { it.visit?.outcome })
        assertTrue(checkNotNull(book.status().oldestUnsentAt) > before.minusSeconds(60))
        assertNull(book.status().lastSyncAt)
    }

    @Test
    fun `a zone has the offset of the day, not of today`() {
        val london = ZoneId.of("Europe/London")
        assertEquals(60, london.offsetMinutes(LocalDate.of(2026, 7, 1)))
        assertEquals(0, london.offsetMinutes(LocalDate.of(2026, 12, 1)))
        assertEquals("Europe/London", london.ianaName)
        assertNull(ZoneOffset.UTC.ianaName)
        assertNull(ZoneId.of("UTC").ianaName)
        assertEquals(330, ZoneId.of("Asia/Kolkata").offsetMinutes(Instant.EPOCH))
    }

    @Test
    fun `the latest change is where to follow from`() = runBlocking {
        assertEquals(0uL, book.latestChange())
        fill(150)
        val latest = book.latestChange()
        assertNotEquals(0uL, latest)
        val next = async { book.changes(latest).first() }
        delay(50)
        val note = book.add(Kind.NOTE, "text" to "Ring twice")
        assertEquals(listOf(note.id), next.await().entries.map { it.record })
    }

    @Test
    fun `a plan that is cancelled returns at once, and the next one is not hurt by it`() = runBlocking {
        fill(60)
        val day = DayToPlan(
            date = "2026-11-25", utcOffsetMinutes = 0, end = PlanEnd.Back, withinM = 200_000.0, deadlineMs = 60_000uL,
        )
        val planning = launch { book.planDay(day) }
        delay(200)
        val start = TimeSource.Monotonic.markNow()
        planning.cancelAndJoin()
        assertTrue(start.elapsedNow() < 5.seconds)
        book.planDay(day.copy(deadlineMs = 100uL)).use { plan -> assertTrue(plan.stops().isNotEmpty()) }
    }

    @Test
    fun `a sync without a server and a join of nobody are refused by name`() = runBlocking {
        assertFailsWith<SyncException.NotJoined> { book.syncNow() }
        assertFailsWith<SyncException.BadAddress> { book.join("ftp://127.0.0.1", "CODE", "phone") }
        assertFailsWith<SyncException.NoConnection> { book.join("http://127.0.0.1:1", "CODE", "phone") }
        assertEquals(0u, book.status().unsent)
    }
}
