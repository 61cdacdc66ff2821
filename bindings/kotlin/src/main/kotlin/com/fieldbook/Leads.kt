package com.fieldbook

import com.fieldbook.core.BookException
import com.fieldbook.core.CapturedLead
import com.fieldbook.core.ConvertedLead
import com.fieldbook.core.FieldValue
import com.fieldbook.core.LeadException
import com.fieldbook.core.LeadStanding
import com.fieldbook.core.ScoredLead
import com.fieldbook.core.Touch
import java.time.Instant

/**
 * Takes a lead into the book. One with the same email address or telephone number is the same lead: its empty fields are
 * filled in, its source stays, and the new source is kept as a touch.
 *
 * @throws BookException.BadField if a field does not accept its value, or the lead has no name.
 */
public suspend fun Book.captureLead(vararg values: Pair<String, Any?>): CapturedLead = io { captureLead(fields(*values)) }

/**
 * The fields of a lead for each business card in [text]: a vCard of a file, or the text of a QR code (vCard or MECARD). Nothing
 * is written: show them, then give them to the core's `captureLead`.
 *
 * @throws BookException.BadRequest for a text that is no card, or a card without a name.
 */
public suspend fun Book.leadsOfCards(text: String): List<Map<String, FieldValue>> = io { leadsOfCards(text) }

/**
 * A lead in the pool: who holds it, until when, and what was done about it.
 *
 * @throws BookException.WrongKind if the record is no lead.
 */
public suspend fun Book.leadStanding(lead: String): LeadStanding = io { leadStanding(lead) }

/** The leads that are neither converted nor closed, in the order of lists. */
public suspend fun Book.leads(): List<LeadStanding> = io { leads() }

/** The open leads with their points, the most promising first; empty while too few came to an end to learn from. */
public suspend fun Book.scoredLeads(): List<ScoredLead> = io { scoredLeads() }

/**
 * Claims a lead for the rep of this book. The claim is pending until the server has answered: it grants the one that arrives
 * first.
 *
 * @throws LeadException.NotFree if somebody holds it, as far as this device knows.
 */
public suspend fun Book.claimLead(lead: String): LeadStanding = io { claimLead(lead) }

/**
 * Gives a lead back to the pool.
 *
 * @throws LeadException.NotHeld if somebody else holds it, or nobody.
 */
public suspend fun Book.returnLead(lead: String, why: String? = null): LeadStanding = io { returnLead(lead, why) }

/**
 * Writes down a `call`, `visit`, `message` or `reply`; one of the holder prolongs the protection.
 *
 * @throws LeadException.BadTouch for another kind of act.
 */
public suspend fun Book.touchLead(lead: String, kind: String, text: String? = null): LeadStanding =
    io { touchLead(lead, kind, text) }

/**
 * Makes an account, a contact and, if [deal] names one, a deal of a lead, in one act.
 *
 * @throws LeadException.NotFree if somebody else holds the lead, or it is converted or closed.
 */
public suspend fun Book.convertLead(lead: String, deal: String? = null): ConvertedLead = io { convertLead(lead, deal) }

/** The time of the act. */
public val Touch.at: Instant get() = Instant.ofEpochMilli(atMs)
