package com.fieldbook.demo.ui.common

import com.fieldbook.core.BookException
import com.fieldbook.core.CheckInException
import com.fieldbook.core.DealException
import com.fieldbook.core.DealRefusalReason
import com.fieldbook.core.Fault
import com.fieldbook.core.FieldFault
import com.fieldbook.core.ImportFault
import com.fieldbook.core.PlanException
import com.fieldbook.core.StoreException
import com.fieldbook.core.SyncException
import com.fieldbook.core.Why
import com.fieldbook.demo.R
import kotlinx.coroutines.CancellationException

/** Runs [work]; returns the sentence about why the core refused it, or null when all went well. */
suspend fun refusal(work: suspend () -> Unit): Message? = try {
    work()
    null
} catch (cancelled: CancellationException) {
    throw cancelled
} catch (why: Exception) {
    why.sentence()
}

/** What the rep reads about an error of the core: what happened, and what to do. */
fun Exception.sentence(): Message = when (this) {
    is SyncException -> sync(this)
    is CheckInException -> checkIn(this)
    is PlanException -> plan(this)
    is DealException.Refused -> deal(v1)
    is DealException.Book -> book(v1)
    is ImportFault.Book -> book(v1)
    is ImportFault.File -> Message(R.string.error_file)
    is BookException -> book(this)
    is StoreException -> store(this)
    else -> throw this // no error of the core: a mistake in the app
}

private fun store(why: StoreException): Message = when (why) {
    is StoreException.DiskFull -> Message(R.string.error_disk_full)
    is StoreException.ReadOnly, is StoreException.CannotOpen -> Message(R.string.error_cannot_open)
    is StoreException.InUse -> Message(R.string.error_in_use)
    is StoreException.NotABook -> Message(R.string.error_not_a_book)
    is StoreException.Newer -> Message(R.string.error_newer)
    is StoreException.Damaged -> Message(R.string.error_damaged)
    is StoreException.Wiped -> Message(R.string.error_wiped)
    is StoreException.WrongKey, is StoreException.NoCipher -> Message(R.string.error_locked)
    is StoreException.Io -> Message(R.string.error_device, why.code)
    is StoreException.Bug -> Message(R.string.error_bug, why.code)
}

private fun book(why: BookException): Message = when (why) {
    is BookException.NoSuchRecord -> Message(R.string.error_gone)
    is BookException.Deleted -> Message(R.string.error_deleted)
    is BookException.BadField -> field(why.v1)
    is BookException.RecordFull -> Message(R.string.error_record_full)
    is BookException.NoSuchChange -> Message(R.string.error_no_such_change)
    is BookException.CannotWrite -> Message(R.string.error_cannot_open)
    is BookException.Stage -> deal(why.v1)
    is BookException.Store -> store(why.v1)
    is BookException.WrongKind, is BookException.BadLimit, is BookException.BadRequest -> Message(R.string.error_bug, 0)
}

private fun deal(refusal: DealRefusalReason): Message = when (refusal.code) {
    "skips_stage" -> Message(R.string.error_skips)
    "no_such_stage", "already_there", "no_way_back" -> Message(R.string.error_no_way)
    "pack_missing", "pack_differs" -> Message(R.string.error_process)
    "may_not_force" -> Message(R.string.error_may_not_force)
    "no_reason" -> Message(R.string.error_no_reason)
    else -> Message(R.string.error_gate)
}

private fun field(fault: FieldFault): Message = when (fault.why) {
    is Why.Missing -> Message(R.string.error_field_missing, fieldName(fault.field))
    is Why.WrittenOnce -> Message(R.string.error_written_once, fieldName(fault.field))
    is Why.TooLong -> Message(R.string.error_field_too_long, fieldName(fault.field))
    else -> Message(R.string.error_field, fieldName(fault.field))
}

private fun checkIn(why: CheckInException): Message = when (why) {
    is CheckInException.AlreadyOpen -> Message(R.string.error_already_open)
    is CheckInException.NotNow -> Message(R.string.error_not_now)
    is CheckInException.OtherAccount -> Message(R.string.error_other_account)
    is CheckInException.BadFix -> Message(R.string.error_bad_fix)
    is CheckInException.NotThen -> Message(R.string.error_not_then)
    is CheckInException.Book -> book(why.v1)
}

private fun plan(why: PlanException): Message = when (why) {
    is PlanException.NoPlaces -> Message(R.string.error_no_places)
    is PlanException.NoSite -> Message(R.string.error_no_site)
    is PlanException.NoCandidate -> Message(R.string.error_no_candidate)
    is PlanException.BadField -> Message(R.string.error_plan_hours)
    is PlanException.UnknownCountry -> Message(R.string.error_country)
    is PlanException.Book -> book(why.why)
}

private fun sync(why: SyncException): Message = when (why) {
    is SyncException.NotJoined -> Message(R.string.error_not_joined)
    is SyncException.AlreadyJoined -> Message(R.string.error_already_joined)
    is SyncException.Busy -> Message(R.string.error_busy)
    is SyncException.NoConnection -> Message(R.string.error_no_connection)
    is SyncException.TimedOut -> Message(R.string.error_timed_out)
    is SyncException.Interrupted -> Message(R.string.error_interrupted)
    is SyncException.Untrusted -> Message(R.string.error_untrusted)
    is SyncException.WrongName -> Message(R.string.error_wrong_name)
    is SyncException.Expired -> Message(R.string.error_certificate_expired)
    is SyncException.PlainHttp -> Message(R.string.error_plain_http)
    is SyncException.BadAuthority -> Message(R.string.error_bad_authority)
    is SyncException.BadAddress -> Message(R.string.error_bad_address)
    is SyncException.ServerFailed -> Message(R.string.error_server_failed, why.status.toInt())
    is SyncException.BadAnswer -> Message(R.string.error_bad_answer)
    is SyncException.Refused -> refused(why.v1)
    is SyncException.Wiped -> Message(R.string.error_wiped)
    is SyncException.Book -> book(why.v1)
}

private fun refused(fault: Fault): Message = when (fault) {
    Fault.UNKNOWN_CODE -> Message(R.string.error_unknown_code)
    Fault.CODE_USED -> Message(R.string.error_code_used)
    Fault.CODE_EXPIRED -> Message(R.string.error_code_expired)
    Fault.UNKNOWN_DEVICE -> Message(R.string.error_unknown_device)
    Fault.REVOKED -> Message(R.string.error_revoked)
    Fault.VERSION -> Message(R.string.error_version)
    Fault.INTERNAL -> Message(R.string.error_server_failed, 500)
    Fault.STALE -> Message(R.string.error_clock)
    Fault.BUSY -> Message(R.string.error_server_busy)
    Fault.MALFORMED, Fault.TOO_LARGE, Fault.ACTOR_TAKEN, Fault.REPLAYED -> Message(R.string.error_bug, 0)
}
