package com.fieldbook

import com.fieldbook.core.CheckIn
import com.fieldbook.core.CheckOut
import com.fieldbook.core.ConflictShown
import com.fieldbook.core.HistoryEntry
import com.fieldbook.core.LogEntry
import com.fieldbook.core.Note
import com.fieldbook.core.RawFix
import com.fieldbook.core.SalesTask
import com.fieldbook.core.Status
import com.fieldbook.core.Visit
import java.time.Instant

val CheckIn.at: Instant get() = Instant.ofEpochMilli(atMs)
val CheckOut.at: Instant get() = Instant.ofEpochMilli(atMs)
val HistoryEntry.at: Instant get() = Instant.ofEpochMilli(atMs)
val LogEntry.at: Instant get() = Instant.ofEpochMilli(atMs)
val ConflictShown.lostAt: Instant get() = Instant.ofEpochMilli(lostAtMs)
val Visit.plannedAt: Instant? get() = plannedAtMs?.let(Instant::ofEpochMilli)
val SalesTask.doneAt: Instant? get() = doneAtMs?.let(Instant::ofEpochMilli)
val Note.writtenAt: Instant? get() = writtenAtMs?.let(Instant::ofEpochMilli)
val Status.lastSyncAt: Instant? get() = lastSyncAtMs?.let(Instant::ofEpochMilli)
val Status.oldestUnsentAt: Instant? get() = oldestUnsentAtMs?.let(Instant::ofEpochMilli)

/** A fix of what every phone tells; `copy` adds what this one tells besides. */
fun fix(at: Instant, lat: Double, lon: Double, accuracyM: Double): RawFix =
    RawFix(at = at.toString(), lat = lat, lon = lon, accuracyM = accuracyM)
