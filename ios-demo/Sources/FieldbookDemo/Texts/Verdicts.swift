import Fieldbook

extension Verdict {
    /// The verdict in a word or two.
    public var title: Message {
        switch self {
        case .verified: Message(.verdictVerified)
        case .likelyOnSite: Message(.verdictLikely)
        case .offSite: Message(.verdictOffSite)
        case .unverifiable: Message(.verdictUnverifiable)
        case .unknown: Message(.verdictUnknown)
        }
    }

    /// The meaning of the verdict for the rep.
    public var meaning: Message {
        switch self {
        case .verified: Message(.meaningVerified)
        case .likelyOnSite: Message(.meaningLikely)
        case .offSite: Message(.meaningOffSite)
        case .unverifiable: Message(.meaningUnverifiable)
        case .unknown: Message(.meaningUnknown)
        }
    }
}

extension Assessment {
    /// Each reason of the verdict as a sentence, then the spoof signals if the score is a flag (from 0.5 on).
    public var sentences: [Message] {
        reasons.map(\.sentence) + (spoof.score >= 0.5 ? spoof.reasons.map(\.name.sentence) : [])
    }
}

extension Reason {
    fileprivate var sentence: Message {
        switch self {
        case .insideFence(let marginM): Message(.reasonInside, .message(metres(marginM)))
        case .crossesEdge(let distanceM, let accuracyM):
            Message(
                distanceM < 0 ? .reasonCrossesInside : .reasonCrossesOutside, .message(metres(distanceM)),
                .message(metres(accuracyM)))
        case .outsideFence(let beyondM): Message(.reasonOutside, .message(metres(beyondM)))
        case .coarseFix(let accuracyM, let most):
            Message(.reasonCoarse, .message(metres(accuracyM)), .message(metres(most)))
        case .noFix: Message(.reasonNoFix)
        case .staleFix(let ageS, let most): Message(.reasonStale, .message(age(ageS)), .message(age(most)))
        case .futureFix(let aheadS): Message(.reasonFuture, .message(age(aheadS)))
        case .mockFix(let fixes): Message(.reasonMock, .number(Int(fixes)))
        case .accuracyUnknown(let fixes): Message(.reasonAccuracyUnknown, .number(Int(fixes)))
        case .fixesDisagree(let fixes): Message(.reasonDisagree, .number(Int(fixes)))
        case .other: Message(.reasonOther)
        }
    }
}

extension SpoofSign {
    fileprivate var sentence: Message {
        switch self {
        case .mock: Message(.signMock)
        case .teleport: Message(.signTeleport)
        case .frozen: Message(.signFrozen)
        case .impossibleAccuracy: Message(.signAccuracy)
        case .stale: Message(.signStale)
        case .gpsTime: Message(.signGpsTime)
        case .motionDisagrees: Message(.signMotion)
        case .networkDisagrees: Message(.signNetwork)
        case .unknown: Message(.reasonOther)
        }
    }
}
