package com.fieldbook.demo.ui.deals

import com.fieldbook.core.DealStanding
import com.fieldbook.core.GateVerdict
import com.fieldbook.core.LosingMove
import com.fieldbook.core.Outcome
import com.fieldbook.core.ProcessStage
import com.fieldbook.core.UnmetCriterion
import com.fieldbook.core.UnmetReason
import com.fieldbook.demo.R
import com.fieldbook.demo.ui.common.Message
import com.fieldbook.demo.ui.common.fieldName
import com.fieldbook.opportunity
import java.util.Locale

/** The text of a pack in this language, else in English, else in any. */
fun Map<String, String>.inLanguage(locale: Locale): String? =
    this[locale.language] ?: this["en"] ?: values.minOrNull()

/** The title of a stage of the deal's process; the id itself where the process is not on this phone. */
fun DealStanding.stageTitle(id: String, locale: Locale): String =
    process?.stages?.find { it.id == id }?.titles?.inLanguage(locale) ?: id

/** The title of the stage that the deal stands in; null for a deal without one. */
fun DealStanding.title(locale: Locale): String? =
    stage?.titles?.inLanguage(locale) ?: path.lastOrNull()?.stage ?: deal.opportunity?.stage

/** What keeps the gate shut, what is not known here, and what is advised, each as a sentence. */
fun GateVerdict.sentences(locale: Locale): List<Message> =
    (missing + unknown).map { it.sentence(locale) } +
        advised.map { Message(R.string.gate_advised, it.sentence(locale)) }

/** What the rep has to do. */
fun UnmetCriterion.sentence(locale: Locale): Message {
    val says = says.inLanguage(locale) ?: criterion
    return when (val why = because) {
        is UnmetReason.FieldEmpty -> Message(R.string.gate_field, fieldName(why.field))
        is UnmetReason.UnknownHere -> Message(R.string.gate_unknown, says)
        is UnmetReason.NotMet, is UnmetReason.NoValue -> Message(R.string.field_other, says)
    }
}

/** The stages that the rep may ask for: those with a gate, and every other where the role may pass a shut one. */
val DealStanding.targets: List<ProcessStage>
    get() {
        val gates = next.map(GateVerdict::toStage).toSet()
        val here = path.lastOrNull()?.stage
        return process?.stages.orEmpty().filter { it.id in gates || (mayForce && it.id != here) }
    }

/** `true` if a tap is enough: the gate is open. */
fun DealStanding.isOpen(stage: String): Boolean =
    next.any { it.toStage == stage && it.outcome == Outcome.MET }

/** The moves to choose from after two at once: the shown one, then those that lost. */
val DealStanding.choices: List<LosingMove>
    get() = listOfNotNull(path.lastOrNull()?.let { LosingMove(it.byMove, it.stage) }) + losing
