package com.fieldbook.scenario

import com.fieldbook.core.Kind
import com.sun.management.OperatingSystemMXBean
import java.io.File
import java.lang.management.ManagementFactory
import kotlin.time.TimeSource

/** What the boundary costs: 100,000 records over it, and a million calls with the memory before and after. */
internal fun measure(folder: String) {
    val book = filled(folder, MANY)
    for (limit in listOf(10u, 100u)) {
        val (start, cpu) = TimeSource.Monotonic.markNow() to cpuMs()
        val rows = (1..100_000 / MANY).sumOf { pages(book, Kind.ACCOUNT, limit).sumOf { it.records.size } }
        val took = start.elapsedNow().inWholeMilliseconds
        println("kotlin: $rows records in pages of $limit: $took ms, ${cpuMs() - cpu} ms of CPU")
    }
    repeat(200_000) { book.recovery() }
    System.gc()
    val before = resident()
    val start = TimeSource.Monotonic.markNow()
    repeat(1_000_000) { book.recovery() }
    val each = start.elapsedNow().inWholeNanoseconds / 1e9
    System.gc()
    println("kotlin: 1000000 calls: ${"%.1f".format(each)} us each, memory $before kB before, ${resident()} kB after")
}

/** The CPU time of this process, with what compiles and cleans up in it, in ms. */
private fun cpuMs(): Long =
    (ManagementFactory.getOperatingSystemMXBean() as OperatingSystemMXBean).processCpuTime / 1_000_000

/** The memory that this process holds, in kB. */
private fun resident(): Int =
    File("/proc/self/status").readLines().first { it.startsWith("VmRSS") }.filter(Char::isDigit).toInt()
