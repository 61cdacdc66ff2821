package com.fieldbook

import com.fieldbook.core.BookException
import com.fieldbook.core.ChangeEntry
import com.fieldbook.core.Changes
import com.fieldbook.core.CheckInException
import com.fieldbook.core.Checkup
import com.fieldbook.core.ConflictShown
import com.fieldbook.core.DayPlan
import com.fieldbook.core.DayToPlan
import com.fieldbook.core.DuplicateGroup
import com.fieldbook.core.FieldValue
import com.fieldbook.core.Fieldbook
import com.fieldbook.core.HistoryEntry
import com.fieldbook.core.ImportFault
import com.fieldbook.core.ImportKind
import com.fieldbook.core.ImportReport
import com.fieldbook.core.Joined
import com.fieldbook.core.Kind
import com.fieldbook.core.LogEntry
import com.fieldbook.core.Merged
import com.fieldbook.core.NearbySite
import com.fieldbook.core.Page
import com.fieldbook.core.Place
import com.fieldbook.core.PlanException
import com.fieldbook.core.Query
import com.fieldbook.core.RawFix
import com.fieldbook.core.Record
import com.fieldbook.core.Recovery
import com.fieldbook.core.Status
import com.fieldbook.core.StoreException
import com.fieldbook.core.SyncException
import com.fieldbook.core.SyncReport
import com.fieldbook.core.TapClock
import java.time.Instant
import java.time.LocalDate
import java.time.ZoneId
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.withContext

/**
 * A rep's book for coroutines: the calls of [Fieldbook], suspending, on a dispatcher that may block.
 *
 * Any number of coroutines may use one book. Cancelling a call that takes long ([syncNow], [planDay]) tells the core to
 * end; a short one runs to its end, and what it wrote is kept. What a call returned from is on the disk.
 *
 * @property core the calls that are not here, each blocking.
 */
public class Book(
    public val core: Fieldbook,
    private val dispatcher: CoroutineDispatcher = Dispatchers.IO,
) : AutoCloseable {
    /** What was done when the book was opened from a damaged file; null when it was sound. */
    public suspend fun recovery(): Recovery? = io { recovery() }

    /**
     * The state of the book: what is unsent and since when, the last sync, conflicts, counts.
     *
     * @throws BookException.Store if the file cannot be read.
     */
    public suspend fun status(checkup: Checkup = Checkup.QUICK): Status = io { status(checkup) }

    /**
     * Adds a record and returns it. Its id is final: no server is asked.
     *
     * @throws BookException.BadField if a field is unknown, missing or malformed; nothing was written.
     */
    public suspend fun add(kind: Kind, vararg values: Pair<String, Any?>): Record = io { add(kind, fields(*values)) }

    /**
     * Writes the given fields of a record and leaves its others; a null clears one.
     *
     * @throws BookException.BadField if a field does not take the value; nothing was written.
     * @throws BookException.Deleted if the record is deleted.
     */
    public suspend fun set(id: String, vararg values: Pair<String, Any?>): Record = io { set(id, fields(*values)) }

    /** Deletes a record: it leaves lists and search, and [undelete] brings it back. */
    public suspend fun delete(id: String): Record = io { delete(id) }

    /** Brings a deleted record back. */
    public suspend fun undelete(id: String): Record = io { undelete(id) }

    /**
     * A record, deleted or not.
     *
     * @throws BookException.NoSuchRecord if the book does not hold it, for example after a hand-over.
     */
    public suspend fun record(id: String): Record = io { record(id) }

    /** The fields of a record by name, as [set] takes them. */
    public suspend fun fields(id: String): Map<String, FieldValue> = io { fields(id) }

    /**
     * One page of a list.
     *
     * @throws BookException.BadLimit if the page is to hold none or more than 100 records.
     */
    public suspend fun list(query: Query): Page = io { list(query) }

    /** The pages of a kind in order: see [pages]. */
    public fun pages(kind: Kind, pageSize: Int = PAGE_SIZE): Flow<Page> = core.pages(kind, pageSize, dispatcher)

    /** The pages of a query in order: see [pages]. */
    public fun pages(query: Query): Flow<Page> = core.pages(query, dispatcher)

    /** The sites of an account, by name. */
    public suspend fun sitesOf(account: String): List<Record> = io { sitesOf(account) }

    /** Records that hold all words of [text], each by its beginning; best first, [limit] at most. */
    public suspend fun search(text: String, kind: Kind? = null, limit: Int = PAGE_SIZE): List<Record> =
        io { search(text, kind, limit.toUInt()) }

    /** The sites at most [withinM] metres away, nearest first, [limit] at most. */
    public suspend fun near(at: Place, withinM: Double, limit: Int = PAGE_SIZE): List<NearbySite> =
        io { near(at, withinM, limit.toUInt()) }

    /**
     * Imports a file of accounts, contacts or deals. Importing it twice changes nothing the second time.
     *
     * @throws ImportFault if nothing of it could be read, or the book could not be written.
     */
    public suspend fun importFile(path: String, kind: ImportKind): ImportReport = io { importFile(path, kind) }

    /**
     * Checks in at [account], now, at [site] or the nearest of its sites. It is saved whatever the fixes say and without
     * any; the verdict is in the visit.
     *
     * @throws CheckInException.AlreadyOpen if another visit is still open.
     */
    public suspend fun checkIn(
        account: String,
        fixes: List<RawFix>,
        site: String? = null,
        visit: String? = null,
        clock: TapClock? = null,
    ): Record = io { checkIn(account, fixes, site, visit, clock) }

    /**
     * Checks out of an open visit, now.
     *
     * @throws CheckInException.NotNow if the visit is not open.
     */
    public suspend fun checkOut(
        visit: String,
        fixes: List<RawFix> = listOf(),
        outcome: String? = null,
        clock: TapClock? = null,
    ): Record = io { checkOut(visit, fixes, outcome, clock) }

    /**
     * Records that a planned visit will not happen, and why.
     *
     * @throws CheckInException.NotNow if the visit is not planned.
     */
    public suspend fun skipVisit(visit: String, reason: String): Record = io { skipVisit(visit, reason) }

    /** The visits of a day, by time, where clocks show the time of [zone]. */
    public suspend fun day(date: LocalDate, zone: ZoneId = ZoneId.systemDefault()): List<Record> =
        io { day(date.toString(), zone.offsetMinutes(date), zone.ianaName) }

    /**
     * Plans a day. Nothing of it is in the book before [DayPlan.keep]. Cancelling ends the search at once.
     *
     * @throws PlanException.NoPlaces if no customer has a place.
     */
    public suspend fun planDay(day: DayToPlan): DayPlan =
        interruptible(dispatcher, { core.interruptPlan() }) { core.planDay(day) }

    /**
     * Joins the server at [url] with a one-time code; at most 30 seconds.
     *
     * @throws SyncException.Refused if the code is unknown, used or expired.
     */
    public suspend fun join(url: String, code: String, deviceName: String): Joined = io { join(url, code, deviceName) }

    /**
     * Encrypts an encrypted book under another key of 32 random bytes. Keep both keys until this returns: after a crash
     * meanwhile, one of them opens the book.
     *
     * @throws StoreException.WrongKey if the book is not encrypted, or [key] has another length.
     */
    public suspend fun rekey(key: ByteArray): Unit = io { rekey(key) }

    /**
     * Changes the key by which this device signs its requests, in at most 30 seconds: the old one is worth nothing from then on.
     *
     * @throws SyncException.NoConnection if the answer is lost; the next request finds out which key counts.
     */
    public suspend fun rotateKey(): Unit = io { rotateKey() }

    /**
     * Sets how the server is spoken to, until the book is closed: [authorities] are certificates in PEM that are trusted
     * besides those of the system, and [allowHttp] permits plain HTTP to another machine, for tests and demonstrations.
     *
     * @throws SyncException.BadAuthority if the certificates cannot be read.
     */
    public suspend fun setNetwork(authorities: String? = null, allowHttp: Boolean = false): Unit =
        io { setNetwork(authorities, allowHttp) }

    /**
     * Syncs until both sides hold the same, for at most [deadline]. Cancelling ends it after the request under way.
     *
     * @throws SyncException if it ended early. What was acknowledged is kept, the rest is sent next time.
     */
    public suspend fun syncNow(deadline: Duration = 30.seconds): SyncReport =
        interruptible(dispatcher, { core.interruptSync() }) { core.syncNow(deadline.inWholeMilliseconds.toULong()) }

    /** The values that are not shown because others were written at the same time. */
    public suspend fun conflicts(after: String? = null, limit: Int = PAGE_SIZE): List<ConflictShown> =
        io { conflicts(after, limit.toUInt()) }

    /** The records that are in the book twice, at most [limit] groups. */
    public suspend fun duplicates(limit: Int = PAGE_SIZE): List<DuplicateGroup> = io { duplicates(limit.toUInt()) }

    /**
     * Merges a duplicate into the record that stays: what hangs on [drop] moves to [keep].
     *
     * @throws BookException.WrongKind for records of two kinds.
     */
    public suspend fun merge(keep: String, drop: String): Merged = io { merge(keep, drop) }

    /** Merges all records that share a key of another system, each into the oldest. */
    public suspend fun mergeKeyed(): List<String> = io { mergeKeyed() }

    /** All changes of a record, the oldest first. */
    public suspend fun history(id: String): List<HistoryEntry> = io { history(id) }

    /**
     * Writes [field] again as the change [to] wrote it: the losing side of a conflict, or an older value.
     *
     * @throws BookException.NoSuchChange if that change did not write the field.
     */
    public suspend fun restore(id: String, field: String, to: String): Record = io { restore(id, field, to) }

    /** The records touched behind number [since], in batches, as it happens: see [Fieldbook.changes]. */
    public fun changes(since: ULong = 0uL): Flow<Changes> = core.changes(since)

    /** The number of the last change in the book: to follow only what comes from now on. */
    public suspend fun latestChange(): ULong = io {
        var latest = 0uL
        do {
            val batch: Changes = changesSince(latest)
            val entries: List<ChangeEntry> = batch.entries
            latest = batch.latest
        } while (entries.isNotEmpty())
        latest
    }

    /** The last lines of the sync trace, newest first. They name no person, no customer and no place. */
    public suspend fun log(limit: Int = PAGE_SIZE): List<LogEntry> = io { log(limit.toUInt()) }

    /** Releases the file when no call is under way. */
    override fun close(): Unit = core.close()

    internal suspend fun <T> io(call: Fieldbook.() -> T): T = withContext(dispatcher) { core.call() }

    public companion object {
        /**
         * Opens the book in the file at [path], or makes one, waiting up to [wait] for another process that has it open.
         *
         * With a [key] of 32 random bytes, which the Android keystore keeps, the file is encrypted; one that is not yet is
         * encrypted in its place. That needs a library that was built with encryption.
         *
         * @throws StoreException if that fails. A file of a newer version or another program is not touched.
         */
        public suspend fun open(
            path: String,
            wait: Duration = 5.seconds,
            dispatcher: CoroutineDispatcher = Dispatchers.IO,
            key: ByteArray? = null,
        ): Book = withContext(dispatcher) {
            Book(Fieldbook.open(path, wait.inWholeMilliseconds.toULong(), key), dispatcher)
        }
    }
}

/** The zone's IANA name, such as `Europe/Berlin`; null for one that is a constant offset, or is named as one. */
public val ZoneId.ianaName: String? get() = id.takeIf { '/' in it && !it.startsWith("Etc/") }

/** Minutes that local time of this zone is ahead of UTC at noon of [date]. */
public fun ZoneId.offsetMinutes(date: LocalDate): Int = rules.getOffset(date.atTime(12, 0)).totalSeconds / 60

/** Minutes that local time of this zone is ahead of UTC at [instant]. */
public fun ZoneId.offsetMinutes(instant: Instant): Int = rules.getOffset(instant).totalSeconds / 60
