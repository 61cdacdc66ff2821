import Fieldbook

/// A deal's process and gates in the rep's language.
extension Texts {
    /// The text of a pack in this language, else in English, else in any.
    public func labelled(_ labels: [String: String]) -> String? {
        labels[language == .chinese ? "zh" : "en"] ?? labels["en"] ?? labels.values.min()
    }

    /// The title of a stage of the deal's process; the id itself where the process is not on this phone.
    public func title(of stage: String, in standing: DealStanding) -> String {
        standing.process?.stages.first { $0.id == stage }.flatMap { labelled($0.titles) } ?? stage
    }

    /// The title of the stage that a deal stands in; nil for a deal without one.
    public func stage(of standing: DealStanding) -> String? {
        standing.stage.flatMap { labelled($0.titles) } ?? standing.path.last?.stage ?? standing.deal.opportunity?.stage
    }

    /// The task that a criterion sets the rep.
    public func sentence(about unmet: UnmetCriterion) -> String {
        let says = labelled(unmet.says) ?? unmet.criterion
        return switch unmet.because {
        case .fieldEmpty(let field): self(.gateField, .message(fieldName(field)))
        case .unknownHere: self(.gateUnknown, .text(says))
        case .notMet, .noValue: says
        }
    }

    /// What keeps a gate shut, what is not known here, and what is advised, each as a sentence.
    public func sentences(about gate: GateVerdict) -> [String] {
        (gate.missing + gate.unknown).map { sentence(about: $0) }
            + gate.advised.map { self(.gateAdvised, .text(sentence(about: $0))) }
    }
}

extension DealStanding {
    /// The stages that the rep may ask for: those with a gate, and every other where the role may pass a shut one.
    public var targets: [ProcessStage] {
        let gates = Set(next.map(\.toStage))
        let here = path.last?.stage
        return (process?.stages ?? []).filter { gates.contains($0.id) || (mayForce && $0.id != here) }
    }

    /// `true` if a tap is enough: the gate to the stage is open.
    public func isOpen(to stage: String) -> Bool { next.contains { $0.toStage == stage && $0.outcome == .met } }

    /// The moves to choose from after two at once: the shown one, then those that lost.
    public var choices: [LosingMove] {
        (path.last.map { [LosingMove(moveId: $0.byMove, stage: $0.stage)] } ?? []) + losing
    }
}
