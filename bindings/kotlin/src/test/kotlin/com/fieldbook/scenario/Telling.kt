package com.fieldbook.scenario

import com.fieldbook.core.BookException
import com.fieldbook.core.CheckInException
import com.fieldbook.core.FieldValue
import com.fieldbook.core.FixError
import com.fieldbook.core.ImportError
import com.fieldbook.core.ImportFault
import com.fieldbook.core.RecordFixException
import com.fieldbook.core.StoreException
import com.fieldbook.core.SyncException
import com.fieldbook.core.TrackRulesException
import com.fieldbook.core.VisitState
import com.fieldbook.core.Why

/** Prints why a call was refused: which variant, and its data. */
internal fun refused(what: String, call: () -> Unit) {
    try {
        call()
        println("NOT refused, $what")
    } catch (error: StoreException) {
        println("refused, $what: ${told(error)}")
    } catch (error: BookException) {
        println("refused, $what: ${told(error)}")
    } catch (error: CheckInException) {
        println("refused, $what: ${told(error)}")
    } catch (error: SyncException) {
        println("refused, $what: ${told(error)}")
    } catch (error: ImportFault) {
        println("refused, $what: ${told(error)}")
    } catch (error: TrackRulesException) {
        println("refused, $what: ${told(error)}")
    } catch (error: RecordFixException) {
        println("refused, $what: ${told(error)}")
    }
}

private fun told(error: TrackRulesException) = when (error) {
    is TrackRulesException.BadHours -> "bad_hours"
    is TrackRulesException.UnknownCountry -> "unknown_country"
}

private fun told(error: RecordFixException) = when (error) {
    is RecordFixException.BadFix -> "bad_fix ${told(error.fault)}"
    is RecordFixException.Book -> told(error.why)
}

private fun told(error: StoreException) = when (error) {
    is StoreException.NotABook -> "not_a_book"
    is StoreException.CannotOpen -> "cannot_open"
    else -> "something else: $error"
}

private fun told(error: BookException) = when (error) {
    is BookException.NoSuchRecord -> "no_such_record id=${error.id}"
    is BookException.WrongKind -> "wrong_kind found=${error.found.spoken} wanted=${error.wanted.spoken}"
    is BookException.Deleted -> "deleted"
    is BookException.BadField -> "bad_field ${error.v1.field}: ${told(error.v1.why)}"
    is BookException.BadLimit -> "bad_limit asked=${error.asked} most=${error.most}"
    is BookException.NoSuchChange -> "no_such_change"
    is BookException.BadRequest -> "bad_request ${error.what}"
    is BookException.Store -> "store ${told(error.v1)}"
    is BookException.RecordFull, is BookException.CannotWrite, is BookException.Stage -> "something else: $error"
}

private fun told(error: CheckInException) = when (error) {
    is CheckInException.AlreadyOpen -> "already_open"
    is CheckInException.NotNow -> "not_now ${error.state}"
    is CheckInException.BadFix -> "bad_fix ${error.index} ${told(error.fault)}"
    is CheckInException.OtherAccount, is CheckInException.NotThen, is CheckInException.Book -> "something else: $error"
}

private fun told(error: SyncException) = when (error) {
    is SyncException.NotJoined -> "not_joined"
    is SyncException.AlreadyJoined -> "already_joined"
    is SyncException.NoConnection -> "no_connection"
    is SyncException.BadAddress -> "bad_address"
    is SyncException.Refused -> "refused ${error.v1.spoken}"
    else -> "something else: $error"
}

private fun told(error: ImportFault) = when (error) {
    is ImportFault.File -> "file ${told(error.v1)}"
    is ImportFault.Book -> told(error.v1)
}

private fun told(error: ImportError) = when (error) {
    is ImportError.Io -> "io ${error.kind}"
    is ImportError.NotMatched -> "not_matched ${error.wanted}"
    else -> "else"
}

private fun told(why: Why) = when (why) {
    is Why.Unknown -> "unknown"
    is Why.Missing -> "missing"
    is Why.WrongType -> "wrong_type expected=${why.expected}"
    is Why.Malformed -> "malformed expected=${why.expected}"
    is Why.TooLong -> "too_long ${why.lengthBytes} of ${why.allowedBytes}"
    is Why.BadCharacter -> "bad_character"
    is Why.WrittenOnce -> "written_once"
}

private fun told(fault: FixError) = if (fault is FixError.Position) "position ${fault.v1.spoken}" else "else"

internal val FieldValue.spoken: String
    get() = when (this) {
        is FieldValue.Cleared -> "cleared"
        is FieldValue.Text -> v1
        is FieldValue.Int -> v1.toString()
        is FieldValue.Real -> "%.2f".format(v1)
        is FieldValue.Bool -> if (v1) "yes" else "no"
        is FieldValue.Time -> v1.toString()
        is FieldValue.Id -> "a record"
    }

internal val VisitState.spoken: String
    get() = when (this) {
        is VisitState.Planned -> "planned"
        is VisitState.Open -> "open"
        is VisitState.Closed -> "closed"
        is VisitState.Skipped -> "skipped"
        is VisitState.Unreadable -> "unreadable"
    }

internal val Enum<*>.spoken: String get() = name.lowercase()

internal val Boolean.spoken: String get() = if (this) "True" else "False"

/** Metres with two decimals. */
internal val Double?.m: String get() = "%.2f".format(this)
