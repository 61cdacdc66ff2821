package com.fieldbook

import com.fieldbook.core.BookException
import com.fieldbook.core.DealException
import com.fieldbook.core.DealOptions
import com.fieldbook.core.DealStanding
import com.fieldbook.core.GateVerdict
import com.fieldbook.core.PackException
import com.fieldbook.core.ProcessPack
import com.fieldbook.core.Record

/**
 * The standing of a deal in its process: its stage, for how long, what it no longer meets, moves that lost, each gate.
 *
 * @throws BookException.WrongKind if the record is no deal.
 */
public suspend fun Book.dealStanding(deal: String, options: DealOptions = DealOptions()): DealStanding =
    io { dealStanding(deal, options) }

/**
 * The verdict of the gate between a deal and a stage, with all that is missing.
 *
 * @throws DealException.Refused if no gate leads there.
 */
public suspend fun Book.mayAdvance(deal: String, stage: String, options: DealOptions = DealOptions()): GateVerdict =
    io { mayAdvance(deal, stage, options) }

/**
 * All that a deal still needs until a stage, over every stage between.
 *
 * @throws DealException.Refused if no way leads there.
 */
public suspend fun Book.needsUntil(deal: String, stage: String, options: DealOptions = DealOptions()): GateVerdict =
    io { needsUntil(deal, stage, options) }

/**
 * Moves a deal to a stage if its gate is open; [values] are written with the move and count for the gate. With [force], a
 * role that the process names passes a shut gate, and [why] is required; the move stays marked.
 *
 * @throws DealException.Refused with the verdict if the gate is shut; nothing was written.
 */
public suspend fun Book.advanceDeal(
    deal: String,
    stage: String,
    vararg values: Pair<String, Any?>,
    why: String? = null,
    force: Boolean = false,
    options: DealOptions = DealOptions(),
): Record = io { advanceDeal(deal, stage, options, why, force, fields(*values)) }

/**
 * Shows a move that lost again, or confirms the shown one; the other last moves are settled by it.
 *
 * @throws BookException.BadRequest if [move] is none of the deal's last moves.
 */
public suspend fun Book.settleMoves(deal: String, move: String): Record = io { settleMoves(deal, move) }

/** The processes on this device, the shipped ones among them. */
public suspend fun Book.packs(): List<ProcessPack> = io { packs() }

/**
 * Takes the text of a signed pack into the book; the next sync sends it to everybody.
 *
 * @throws PackException.Refused if the pack is forged, unsound, of another key, or of a version that does not rise.
 */
public suspend fun Book.installPack(text: String): Record = io { installPack(text) }
