package com.fieldbook.demo.ui.common

import com.fieldbook.core.Assessment
import com.fieldbook.core.Reason
import com.fieldbook.core.SpoofSign
import com.fieldbook.core.Verdict
import com.fieldbook.demo.R
import kotlin.math.abs
import kotlin.math.roundToInt

/** The verdict in a word or two. */
fun Verdict.title(): Message = when (this) {
    Verdict.VERIFIED -> Message(R.string.verdict_verified)
    Verdict.LIKELY_ON_SITE -> Message(R.string.verdict_likely)
    Verdict.OFF_SITE -> Message(R.string.verdict_off_site)
    Verdict.UNVERIFIABLE -> Message(R.string.verdict_unverifiable)
    Verdict.UNKNOWN -> Message(R.string.verdict_unknown)
}

/** What the verdict means for the rep. */
fun Verdict.meaning(): Message = when (this) {
    Verdict.VERIFIED -> Message(R.string.meaning_verified)
    Verdict.LIKELY_ON_SITE -> Message(R.string.meaning_likely)
    Verdict.OFF_SITE -> Message(R.string.meaning_off_site)
    Verdict.UNVERIFIABLE -> Message(R.string.meaning_unverifiable)
    Verdict.UNKNOWN -> Message(R.string.meaning_unknown)
}

/** Each reason of the verdict as a sentence, then what looked odd about the fixes if that is flagged. */
fun Assessment.sentences(): List<Message> {
    val odd = if (spoof.score >= SPOOF_FLAG) spoof.reasons.map { it.name.sentence() } else listOf()
    return reasons.map { it.sentence() } + odd
}

/** From here on a score is a flag: documented at `SpoofScore.score`. */
private const val SPOOF_FLAG = 0.5

private fun Reason.sentence(): Message = when (this) {
    is Reason.InsideFence -> Message(R.string.reason_inside, metres(marginM))
    is Reason.CrossesEdge ->
        if (distanceToEdgeM < 0) {
            Message(R.string.reason_crosses_inside, metres(-distanceToEdgeM), metres(accuracyM))
        } else {
            Message(R.string.reason_crosses_outside, metres(distanceToEdgeM), metres(accuracyM))
        }
    is Reason.OutsideFence -> Message(R.string.reason_outside, metres(beyondM))
    is Reason.CoarseFix -> Message(R.string.reason_coarse, metres(accuracyM), metres(accuracyMMax))
    is Reason.NoFix -> Message(R.string.reason_no_fix)
    is Reason.StaleFix -> Message(R.string.reason_stale, age(ageS), age(ageSMax))
    is Reason.FutureFix -> Message(R.string.reason_future, age(aheadS))
    is Reason.MockFix -> Message(R.string.reason_mock, fixes.toInt())
    is Reason.AccuracyUnknown -> Message(R.string.reason_accuracy_unknown, fixes.toInt())
    is Reason.FixesDisagree -> Message(R.string.reason_disagree, fixes.toInt())
    is Reason.Other -> Message(R.string.reason_other)
}

private fun SpoofSign.sentence(): Message = when (this) {
    SpoofSign.MOCK -> Message(R.string.sign_mock)
    SpoofSign.TELEPORT -> Message(R.string.sign_teleport)
    SpoofSign.FROZEN -> Message(R.string.sign_frozen)
    SpoofSign.IMPOSSIBLE_ACCURACY -> Message(R.string.sign_accuracy)
    SpoofSign.STALE -> Message(R.string.sign_stale)
    SpoofSign.GPS_TIME -> Message(R.string.sign_gps_time)
    SpoofSign.MOTION_DISAGREES -> Message(R.string.sign_motion)
    SpoofSign.NETWORK_DISAGREES -> Message(R.string.sign_network)
    SpoofSign.UNKNOWN -> Message(R.string.reason_other)
}

/** `85 m`, `1.4 km`. */
fun metres(length: Double): Message {
    val whole = abs(length).roundToInt()
    return if (whole < 1_000) Message(R.string.metres, whole) else Message(R.string.kilometres, whole / 1_000.0)
}

/** `40 s`, `12 min`, `5 h`, `3 days`. */
fun age(seconds: Long): Message = when {
    seconds < 120 -> Message(R.string.seconds, seconds.coerceAtLeast(0).toInt())
    seconds < 7_200 -> Message(R.string.minutes, (seconds / 60).toInt())
    seconds < 172_800 -> Message(R.string.hours, (seconds / 3_600).toInt())
    else -> Message(R.string.days, (seconds / 86_400).toInt())
}
