package com.fieldbook

import com.fieldbook.core.BookException
import com.fieldbook.core.OwnerTransferException
import com.fieldbook.core.Record
import com.fieldbook.core.RecordReviewException
import com.fieldbook.core.Review
import com.fieldbook.core.ReviewState
import com.fieldbook.core.ReviewVerdict
import com.fieldbook.core.RulesReport
import com.fieldbook.core.Transferred
import java.time.Instant
import java.time.ZoneId

/**
 * Does what the company's rules ask for and is not done yet. Call it when the app is opened and after a sync: an occasion is
 * served once, however many devices find it.
 */
public suspend fun Book.runRules(): RulesReport = io { runRules() }

/** What the company's rules would do now. Nothing is written. */
public suspend fun Book.previewRules(): RulesReport = io { previewRules() }

/** The open tasks with a reminder at or before [until], the earliest first, for the alarms of the platform. */
public suspend fun Book.reminders(until: Instant): List<Record> = io { reminders(until.toEpochMilli()) }

/** The three levels of review of a record: the rep's self-check, the manager's review, what the system finds. */
public suspend fun Book.reviewState(record: String, zone: ZoneId = ZoneId.systemDefault()): ReviewState =
    io { reviewState(record, zone.id) }

/**
 * The deals and visits of a week's sample, `2026-W48`, that are not reviewed as they stand; [percent] of the records are
 * drawn, and whoever draws a week gets the same ones.
 *
 * @throws BookException.BadRequest for a text that is no week.
 */
public suspend fun Book.reviewQueue(
    week: String,
    percent: Int = 20,
    zone: ZoneId = ZoneId.systemDefault(),
): List<ReviewState> = io { reviewQueue(week, percent.coerceIn(0, 100).toUByte(), zone.id) }

/**
 * Writes a manager's review of a record as it stands: an edit of a field reopens it for that field.
 *
 * @throws RecordReviewException.Forbidden in a rep's book.
 * @throws RecordReviewException.NoNote for a failed review without a [note].
 */
public suspend fun Book.reviewRecord(record: String, verdict: ReviewVerdict, note: String? = null): Record =
    io { reviewRecord(record, verdict, note) }

/**
 * What a transfer from one person to another would hand over: of one [account], or everything. Nothing is written.
 *
 * @throws OwnerTransferException.Forbidden if a rep asks for what is another's.
 */
public suspend fun Book.previewTransfer(from: String, to: String, account: String? = null): List<Transferred> =
    io { previewTransfer(from, to, account) }

/**
 * Hands over what one person owns to another, as one act: accounts, open deals, open tasks and planned visits.
 *
 * @throws OwnerTransferException.Forbidden if a rep hands over what is another's.
 */
public suspend fun Book.transfer(from: String, to: String, account: String? = null): List<Transferred> =
    io { transfer(from, to, account) }

/** The time of the review. */
public val Review.at: Instant get() = Instant.ofEpochMilli(atMs)
