package com.fieldbook

import com.fieldbook.core.Change
import com.fieldbook.core.Counter
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

class NewsTest {
    private val counter = Counter()

    @Test
    fun `news comes as it happens`() = runBlocking {
        counter.add("visit", 1u)
        assertEquals(listOf<Change>(Change.Added(1uL)), news { counter.feed(0uL) }.first())
    }

    @Test
    fun `a collector that waits for nothing can be cancelled at once`() = runBlocking {
        val waiting = launch { news { counter.feed(0uL) }.collect {} }
        delay(100)
        val start = TimeSource.Monotonic.markNow()
        waiting.cancelAndJoin()
        assertTrue(start.elapsedNow() < 1.seconds)
    }
}
