package com.fieldbook.demo.data

import com.fieldbook.Book
import com.fieldbook.advanceDeal
import com.fieldbook.core.BookException
import com.fieldbook.core.Changes
import com.fieldbook.core.ConflictShown
import com.fieldbook.core.DayPlan
import com.fieldbook.core.DealOptions
import com.fieldbook.core.DealStanding
import com.fieldbook.core.DayToPlan
import com.fieldbook.core.FieldValue
import com.fieldbook.core.GateVerdict
import com.fieldbook.core.HistoryEntry
import com.fieldbook.core.ImportKind
import com.fieldbook.core.Joined
import com.fieldbook.core.Kind
import com.fieldbook.core.LogEntry
import com.fieldbook.core.NearbySite
import com.fieldbook.core.Page
import com.fieldbook.core.Place
import com.fieldbook.core.PlanEvent
import com.fieldbook.core.Query
import com.fieldbook.core.Deleted
import com.fieldbook.core.RawFix
import com.fieldbook.core.Record
import com.fieldbook.core.Status
import com.fieldbook.core.SyncReport
import com.fieldbook.core.TapClock
import com.fieldbook.demo.platform.SampleFiles
import com.fieldbook.demo.platform.SyncScheduler
import com.fieldbook.ianaName
import com.fieldbook.needsUntil
import com.fieldbook.settleMoves
import java.time.LocalDate
import java.time.ZoneId
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.SharedFlow
import kotlinx.coroutines.flow.SharingStarted
import kotlinx.coroutines.flow.emitAll
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.shareIn
import kotlinx.coroutines.withContext

/**
 * What screens ask of the book. Every edit asks for a background sync; nothing here decides anything.
 *
 * @property book the core, for what is not here.
 */
class BookRepository(
    val book: Book,
    private val scheduler: SyncScheduler,
    scope: CoroutineScope,
) {
    /** What is touched from now on, by this app or a sync: one feed for all screens. */
    val changes: SharedFlow<Changes> = flow { emitAll(book.changes(book.latestChange())) }
        .shareIn(scope, SharingStarted.WhileSubscribed(stopTimeoutMillis = 5_000))

    suspend fun status(): Status = book.status()

    suspend fun record(id: String): Record = book.record(id)

    /** The records with these ids, without those that have left the book. */
    suspend fun titles(ids: Collection<String>): Map<String, String> = withContext(Dispatchers.IO) {
        ids.toSet().mapNotNull { id -> runCatching { id to book.core.record(id).title }.getOrNull() }.toMap()
    }

    fun pages(kind: Kind, pageSize: Int): Flow<Page> = book.pages(kind, pageSize)

    /** The records of an account of one kind, a hundred at most. */
    suspend fun recordsOf(account: String, kind: Kind): List<Record> =
        book.list(Query(kind = kind, account = account, deleted = Deleted.HIDE)).records

    suspend fun sitesOf(account: String): List<Record> = book.sitesOf(account)

    suspend fun search(text: String): List<Record> = book.search(text, Kind.ACCOUNT)

    suspend fun near(at: Place, withinM: Double): List<NearbySite> = book.near(at, withinM)

    suspend fun day(date: LocalDate, zone: ZoneId): List<Record> = book.day(date, zone)

    suspend fun planDay(day: DayToPlan): DayPlan = book.planDay(day)

    suspend fun replan(plan: DayPlan, nowS: Long, event: PlanEvent): DayPlan =
        withContext(Dispatchers.IO) { plan.replan(nowS, event) }

    suspend fun keep(plan: DayPlan): List<Record> = edit { withContext(Dispatchers.IO) { plan.keep() } }

    suspend fun checkIn(account: String, site: String?, fixes: List<RawFix>, clock: TapClock): Record =
        edit { book.checkIn(account, fixes, site = site, clock = clock) }

    suspend fun checkOut(visit: String, fixes: List<RawFix>, outcome: String?, clock: TapClock): Record =
        edit { book.checkOut(visit, fixes, outcome, clock) }

    suspend fun add(kind: Kind, vararg values: Pair<String, Any?>): Record = edit { book.add(kind, *values) }

    suspend fun set(id: String, vararg values: Pair<String, Any?>): Record = edit { book.set(id, *values) }

    /** The standings of these deals, without those that have left the book. */
    suspend fun standings(deals: List<String>, zone: ZoneId): List<DealStanding> = withContext(Dispatchers.IO) {
        deals.mapNotNull { deal ->
            try {
                book.core.dealStanding(deal, DealOptions(zone.ianaName))
            } catch (_: BookException.NoSuchRecord) {
                null // it left between the list and this call
            } catch (_: BookException.Deleted) {
                null
            }
        }
    }

    suspend fun advance(deal: String, stage: String, values: Map<String, Any?>, why: String?, force: Boolean, zone: ZoneId): Record =
        edit { book.advanceDeal(deal, stage, *values.toList().toTypedArray(), why = why, force = force, options = DealOptions(zone.ianaName)) }

    suspend fun needsUntil(deal: String, stage: String, zone: ZoneId): GateVerdict =
        book.needsUntil(deal, stage, DealOptions(zone.ianaName))

    suspend fun settleMoves(deal: String, move: String): Record = edit { book.settleMoves(deal, move) }

    suspend fun conflicts(): List<ConflictShown> = book.conflicts()

    suspend fun history(id: String): List<HistoryEntry> = book.history(id)

    suspend fun fields(id: String): Map<String, FieldValue> = book.fields(id)

    /** Shows the losing value of a conflict from now on; the other one stays in the history. */
    suspend fun use(conflict: ConflictShown): Record =
        edit { book.restore(conflict.record, conflict.field, conflict.change) }

    suspend fun sync(): SyncReport = book.syncNow()

    suspend fun join(url: String, code: String, device: String): Joined = edit { book.join(url, code, device) }

    suspend fun log(): List<LogEntry> = book.log(limit = 20)

    /** Fills an empty book with the sample's customers, people and deals; returns how many customers there were. */
    suspend fun importSample(sample: SampleFiles): Int = edit {
        val accounts = book.importFile(sample.file("accounts.csv").path, ImportKind.ACCOUNTS)
        book.importFile(sample.file("contacts.csv").path, ImportKind.CONTACTS)
        book.importFile(sample.file("opportunities.csv").path, ImportKind.OPPORTUNITIES)
        (accounts.imported + accounts.updated + accounts.unchanged).toInt()
    }

    private suspend fun <T> edit(work: suspend () -> T): T = work().also { scheduler.soon() }
}
