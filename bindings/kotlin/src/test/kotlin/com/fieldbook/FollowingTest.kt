package com.fieldbook

import com.fieldbook.core.Checkup
import com.fieldbook.core.Fieldbook
import com.fieldbook.core.Kind
import java.nio.file.Path
import kotlin.concurrent.thread
import kotlin.test.AfterTest
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertTrue
import kotlin.time.Duration.Companion.seconds
import kotlin.time.TimeSource
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.io.TempDir

class FollowingTest {
    @TempDir lateinit var folder: Path

    private val book by lazy { Fieldbook.open(folder.resolve("book.db").toString()) }

    @AfterTest fun close() = book.close()

    @Test
    fun `a change comes as it happens`() = runBlocking {
        val shop = book.add(Kind.ACCOUNT, fields("name" to "Corner shop"))
        val changes = book.changes(0uL).first()
        assertEquals(listOf(shop.id), changes.entries.map { it.record })
        val later = launch {
            delay(50)
            book.set(shop.id, fields("tier" to "A"))
        }
        assertEquals(changes.latest + 1uL, book.changes(changes.latest).first().latest)
        later.join()
    }

    @Test
    fun `a collector that waits for nothing can be cancelled at once`() = runBlocking {
        val waiting = launch { book.changes(0uL).collect {} }
        delay(100)
        val start = TimeSource.Monotonic.markNow()
        waiting.cancelAndJoin()
        assertTrue(start.elapsedNow() < 1.seconds)
    }

    @Test
    fun `two threads that write at once lose nothing`() {
        val writers = listOf("a", "b").map { name ->
            thread { repeat(50) { book.add(Kind.NOTE, fields("text" to "$name $it")) } }
        }
        writers.forEach(Thread::join)
        assertEquals(100, book.page(Kind.NOTE).records.map { it.title }.toSet().size)
        assertEquals(100u, book.status(Checkup.QUICK).unsent)
    }
}
