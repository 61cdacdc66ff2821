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

/** The time of the tap, by the phone's clock. */
public val CheckIn.at: Instant get() = Instant.ofEpochMilli(atMs)

/** The time of the tap, by the phone's clock. */
public val CheckOut.at: Instant get() = Instant.ofEpochMilli(atMs)

/** The time of the change, by its author's clock. */
public val HistoryEntry.at: Instant get() = Instant.ofEpochMilli(atMs)

/** The time of the event. */
public val LogEntry.at: Instant get() = Instant.ofEpochMilli(atMs)

/** The time at which the value that is not shown was written. */
public val ConflictShown.lostAt: Instant get() = Instant.ofEpochMilli(lostAtMs)

/** The time for which the visit was planned; null when the rep just walked in. */
public val Visit.plannedAt: Instant? get() = plannedAtMs?.let(Instant::ofEpochMilli)

/** The time at which the task was done; null while it is open. */
public val SalesTask.doneAt: Instant? get() = doneAtMs?.let(Instant::ofEpochMilli)

/** The time at which the note was written, if known. */
public val Note.writtenAt: Instant? get() = writtenAtMs?.let(Instant::ofEpochMilli)

/** The end of the last sync that ended well; null before the first. */
public val Status.lastSyncAt: Instant? get() = lastSyncAtMs?.let(Instant::ofEpochMilli)

/** The time of the oldest edit that the server has not answered for; null when there is none. */
public val Status.oldestUnsentAt: Instant? get() = oldestUnsentAtMs?.let(Instant::ofEpochMilli)

/** A fix of what every phone tells; `copy` adds what this one tells besides. */
public fun fix(at: Instant, lat: Double, lon: Double, accuracyM: Double): RawFix =
    RawFix(at = at.toString(), lat = lat, lon = lon, accuracyM = accuracyM)
