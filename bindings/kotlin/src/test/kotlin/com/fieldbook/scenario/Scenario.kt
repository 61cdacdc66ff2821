package com.fieldbook.scenario

import com.fieldbook.core.Change
import com.fieldbook.core.Counter
import com.fieldbook.core.CounterException
import com.fieldbook.core.Tally
import com.fieldbook.news
import java.io.File
import kotlin.concurrent.thread
import kotlin.time.TimeSource
import kotlinx.coroutines.flow.takeWhile
import kotlinx.coroutines.runBlocking

/** The scenario in Kotlin. `cargo xtask scenario kotlin` runs it. */
fun main(args: Array<String>) = if ("--measure" in args) measure() else play()

private fun play() {
    val counter = Counter()
    println("added ${counter.add("visit", 250u)}")
    try {
        counter.add("visit", 100_001u)
    } catch (refused: CounterException.TooMuch) {
        println("refused too_much asked=${refused.asked} limit=${refused.limit}")
    }
    for (page in counter.pages(100u)) {
        println("page ${page.size} ${page.first().label} .. ${page.last().label} at ${page.last().atMs}")
    }
    counter.clear()
    val feed = counter.feed(0uL)
    var seen = 0
    runBlocking {
        news { feed }.takeWhile { batch ->
            seen += batch.size
            val last = when (val change = batch.last()) {
                is Change.Added -> "added ${change.number}"
                is Change.Cleared -> "cleared"
            }
            println("news ${batch.size} last $last")
            seen < 251
        }.collect {}
    }
    val idle = counter.feed(251uL)
    thread { Thread.sleep(50); idle.stop() }
    println("feed ended ${if (idle.next() == null) "True" else "False"}")
}

private fun measure() {
    val counter = Counter()
    counter.add("visit", 100_000u)
    for (limit in listOf(100u, 500u)) {
        val start = TimeSource.Monotonic.markNow()
        val rows = counter.pages(limit).sumOf { it.size }
        println("kotlin: $rows records in pages of $limit: ${start.elapsedNow().inWholeMilliseconds} ms")
    }
    repeat(200_000) { counter.generation() }
    System.gc()
    val before = resident()
    val start = TimeSource.Monotonic.markNow()
    repeat(1_000_000) { counter.generation() }
    val each = start.elapsedNow().inWholeNanoseconds / 1e9
    System.gc()
    println("kotlin: 1000000 calls: ${"%.1f".format(each)} us each, memory $before kB before, ${resident()} kB after")
}

private fun Counter.pages(limit: UInt): Sequence<List<Tally>> =
    generateSequence({ page(0uL, limit) }) { page(it.last().number, limit) }.takeWhile { it.isNotEmpty() }

/** The memory that this process holds, in kB. */
private fun resident(): Int =
    File("/proc/self/status").readLines().first { it.startsWith("VmRSS") }.filter(Char::isDigit).toInt()
