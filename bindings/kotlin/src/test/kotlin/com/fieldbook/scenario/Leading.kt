package com.fieldbook.scenario

import com.fieldbook.core.DealOptions
import com.fieldbook.core.Fieldbook
import com.fieldbook.core.Holding
import com.fieldbook.core.LeadException
import com.fieldbook.core.ManagerReview
import com.fieldbook.core.OwnerTransferException
import com.fieldbook.core.RecordReviewException
import com.fieldbook.core.ReviewVerdict
import com.fieldbook.fields

/** A lead that two reps claim, what it becomes, and the figures, rules and reviews around it. */
internal fun leading(ada: Fieldbook, bo: Fieldbook, sync: (String, Fieldbook) -> Unit) {
    val lead = capturing(ada)
    tell("return what is free") { ada.returnLead(lead) }
    sync("ada", ada)
    sync("bo", bo)
    val mine = ada.claimLead(lead)
    println("ada claims: ${holder(mine.holding)}, pending ${mine.pending.spoken}")
    bo.claimLead(lead)
    for ((name, book) in listOf("bo" to bo, "ada" to ada, "bo" to bo)) sync(name, book)
    for ((name, book) in listOf("ada" to ada, "bo" to bo)) {
        val standing = book.leadStanding(lead)
        println(
            "$name sees: ${holder(standing.holding)}, own ${standing.isOwn.spoken}, " +
                "pending ${standing.pending.spoken}",
        )
    }
    tell("claim what another holds") { ada.claimLead(lead) }
    tell("a touch of no kind") { bo.touchLead(lead, "wave") }
    println("touches ${bo.touchLead(lead, "call", "wants a quote").touches.joinToString { it.kind }}")
    val made = bo.convertLead(lead, "Scanner")
    println(
        "became ${made.account.title}, ${made.contact?.title}, ${made.deal?.title}; leads ${bo.leads().size}",
    )
    tell("convert again") { bo.convertLead(lead) }
    judging(ada, bo, made.deal!!.id)
}

private fun capturing(book: Fieldbook): String {
    val first = book.captureLead(
        fields("name" to "Li Wei", "company" to "Harbour Clinic", "phone" to "+86 21 5555 0100", "source" to "Fair"),
    )
    val again = book.captureLead(fields("name" to "Wei Li", "phone" to "021 5555 0100", "source" to "Web"))
    val sources = book.leadStanding(again.lead.id).touches.joinToString { it.text.orEmpty() }
    println(
        "lead ${again.lead.title}: new ${first.isNew.spoken}, then ${again.isNew.spoken}, " +
            "the same ${(first.lead.id == again.lead.id).spoken}, later from $sources; " +
            "points of ${book.scoredLeads().size}",
    )
    return first.lead.id
}

private fun judging(ada: Fieldbook, bo: Fieldbook, deal: String) {
    val funnel = bo.dealFunnel(DealOptions())
    val standing = funnel.stages.joinToString { "${it.stage} ${it.standing}" }
    println("funnel of ${funnel.pack}: $standing; others ${funnel.others}")
    println(
        "warnings ${bo.dealWarnings(DealOptions()).size}, " +
            "forecasts ${bo.dealForecast("2026-10-01", "2027-01-01").size}",
    )
    bo.runRules()
    println("rules again: ${bo.runRules().effects.size}, to come ${bo.previewRules().effects.size}")
    val state = bo.reviewState(deal)
    println("review open ${(state.manager is ManagerReview.Open).spoken}, findings ${state.findings.size}")
    tell("review as a rep") { bo.reviewRecord(deal, ReviewVerdict.PASSED) }
    tell("transfer to oneself") { ada.previewTransfer("Ada", "Ada") }
    tell("transfer what is another's") { ada.previewTransfer("Bo", "Ada") }
}

private fun holder(holding: Holding) = when (holding) {
    is Holding.Held -> "held by ${holding.by}"
    is Holding.Free -> "free"
    else -> "neither"
}

private fun tell(what: String, call: () -> Unit) = try {
    call()
    println("NOT refused, $what")
} catch (error: LeadException.NotFree) {
    println("refused, $what: not free, ${holder(error.holding)}")
} catch (error: LeadException.NotHeld) {
    println("refused, $what: not held, ${error.holder ?: "nobody"}")
} catch (_: LeadException.BadTouch) {
    println("refused, $what: bad touch")
} catch (_: RecordReviewException.Forbidden) {
    println("refused, $what: forbidden")
} catch (_: OwnerTransferException.Forbidden) {
    println("refused, $what: forbidden")
} catch (_: OwnerTransferException.BadPerson) {
    println("refused, $what: bad person")
}
