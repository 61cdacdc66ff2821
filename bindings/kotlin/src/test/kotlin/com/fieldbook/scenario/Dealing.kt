package com.fieldbook.scenario

import com.fieldbook.core.DealException
import com.fieldbook.core.DealOptions
import com.fieldbook.core.DealStanding
import com.fieldbook.core.FieldValue
import com.fieldbook.core.Fieldbook
import com.fieldbook.core.Kind
import com.fieldbook.core.UnmetCriterion
import com.fieldbook.fields

private val any = DealOptions()

/** A deal in the sales process: its gates, two moves at the same time, and what the server did not take. */
internal fun dealing(ada: Fieldbook, bo: Fieldbook, shop: String, sync: (String, Fieldbook) -> Unit) {
    val sales = ada.packs().first { it.id == "solution-sale@1" }
    println("process ${sales.id}: ${sales.stages.joinToString { it.titles.getValue("zh") }}")
    val deal = ada.add(Kind.OPPORTUNITY, fields("name" to "Freezer", "account_id" to FieldValue.Id(shop))).id
    show(ada, deal)
    advancing(ada, deal)
    ada.add(Kind.CONTACT, fields("name" to "Kim", "account_id" to FieldValue.Id(shop)))
    sync("ada", ada)
    sync("bo", bo)
    bo.advanceDeal(deal, "lost", any, fields = fields("lost_reason" to "price"))
    ada.advanceDeal(deal, "needs_analysis", any, fields = fields("budget_tier" to "B"))
    for ((name, book) in listOf("bo" to bo, "ada" to ada, "bo" to bo)) sync(name, book)
    show(bo, deal)
    val lost = bo.dealStanding(deal, any).losing.first()
    bo.settleMoves(deal, lost.moveId)
    show(bo, deal)
    sync("bo", bo)
    sync("ada", ada)
    println(
        "settled alike ${(stage(ada.dealStanding(deal, any)) == stage(bo.dealStanding(deal, any))).spoken}, " +
            "not taken ${ada.refused().size + bo.refused().size}",
    )
}

private fun advancing(book: Fieldbook, deal: String) {
    tell("enter without a source") { book.advanceDeal(deal, "lead_validation", any, fields = fields()) }
    tell("skip") { book.advanceDeal(deal, "negotiation", any, fields = fields()) }
    tell("no such stage") { book.mayAdvance(deal, "party", any) }
    book.advanceDeal(deal, "lead_validation", any, fields = fields("source" to "Fair"))
    show(book, deal)
    tell("force without a reason") { book.advanceDeal(deal, "needs_analysis", any, force = true, fields = fields()) }
    tell("force as a rep") {
        book.advanceDeal(deal, "needs_analysis", any, why = "I want to", force = true, fields = fields())
    }
    val way = book.needsUntil(deal, "won", any)
    val checks = way.missing.mapNotNull(UnmetCriterion::check)
    println("until won: ${way.missing.size} missing, of which to check off ${checks.joinToString()}")
}

private fun show(book: Fieldbook, deal: String) {
    val standing = book.dealStanding(deal, any)
    val gate = standing.ahead?.let { "${it.kind} to ${it.toStage} ${it.outcome.name.lowercase()}" } ?: "nothing"
    val missing = standing.ahead?.missing.orEmpty().joinToString(" ", transform = UnmetCriterion::criterion)
    val losing = standing.losing.joinToString(" ") { it.stage }
    println(
        "${standing.deal.title} in ${stage(standing)}, ${standing.daysInStage ?: "no"} days, " +
            "overdue ${standing.overdue.spoken}, ahead $gate: ${missing.ifEmpty { "none" }}; " +
            "lost to it ${losing.ifEmpty { "none" }}",
    )
}

private fun stage(standing: DealStanding) = standing.stage?.id ?: "none"

private fun tell(what: String, call: () -> Unit) = try {
    call()
    println("NOT refused, $what")
} catch (refused: DealException.Refused) {
    val verdict = refused.v1.verdict
    val missing = verdict?.missing?.joinToString(" ", transform = UnmetCriterion::criterion) ?: "no gate"
    println("refused, $what: ${refused.v1.code} $missing")
}
