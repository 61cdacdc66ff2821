import Fieldbook

/// The day in words.
extension TodayModel {
    /// The stops as rows.
    public func rows(_ texts: Texts) -> [Row] {
        stops.enumerated().map { index, stop in
            let times = [stop.arriveS, stop.leaveS].compactMap { $0 }.map { texts.timeOfDay($0) }
            let words = [times.joined(separator: " – "), stop.state.word.map { texts($0) } ?? ""]
            return Row(
                id: "\(index) \(stop.account)", badge: "\(index + 1)", title: stop.title,
                detail: words.filter { !$0.isEmpty }.joined(separator: " · "), tone: stop.state.tone,
                account: stop.account)
        }
    }

    /// The number of rows that stand before lunch; nil without lunch.
    public var rowsBeforeLunch: Int? {
        guard let lunchS else { return nil }
        return stops.firstIndex { ($0.arriveS ?? 0) >= lunchS } ?? stops.count
    }

    /// Lunch, the road, the end of the day and who is left out, in one line; empty when nothing is known.
    public func sums(_ texts: Texts) -> String {
        let parts: [Message?] = [
            lunchS.map { Message(.lunchAt, .text(texts.timeOfDay($0))) },
            travelS.map { Message(.onTheRoad, .message(age($0))) },
            endsS.map { Message(.doneAt, .text(texts.timeOfDay($0))) },
            leftOut > 0 ? Message(counting: leftOut, .leftOut) : nil,
        ]
        return parts.compactMap { $0.map { texts($0) } }.joined(separator: " · ")
    }

    /// The sentence about promises that a new plan moved; nil when there is none.
    public var movedPromises: Message? {
        moved.isEmpty ? nil : Message(.movedPromises, .text(moved.joined(separator: ", ")))
    }

    /// The description of the map for who does not see it.
    public var mapDescription: Message {
        Message(counting: stops.count, .mapDescription, .text(stops.map(\.title).joined(separator: ", ")))
    }
}

extension StopState {
    fileprivate var word: TextKey? {
        switch self {
        case .done: .stateDone
        case .skipped: .stateSkipped
        case .here: .hereNow
        case .next, .later: nil
        }
    }

    /// The weight of a stop on map and list.
    public var tone: Tone {
        switch self {
        case .done, .skipped: .faded
        case .here, .next: .accent
        case .later: .plain
        }
    }
}
