import Fieldbook
import FieldbookDemo

@MainActor extension TodayModel {
    /// The day as a picture.
    public func picture(_ texts: Texts) -> Picture {
        let rows = rows(texts).map { Picture.Item.row($0) }
        let lunch = rowsBeforeLunch ?? rows.count
        let map = Picture.Item.map(height: 240) { width, height in
            MapDrawing.day(self.stops, self.ground, width: width, height: height, bar: texts(metres(200)))
        }
        let sums = sums(texts).isEmpty ? [] : [Picture.Item.text(sums(texts), .faded)]
        let words = [message, movedPromises].compactMap { $0.map { Picture.Item.text(texts($0), .notice(.warning)) } }
        let afternoon = lunchS.map { texts(.lunchAt, .text(texts.timeOfDay($0))) }
        return Picture(
            texts(.today), tab: .today, texts: texts,
            groups: [
                Picture.Group(title: texts.longDay(date), items: stops.isEmpty ? [] : [map]),
                Picture.Group(items: words + head(texts) + sums),
                Picture.Group(items: Array(rows.prefix(lunch))),
                Picture.Group(title: afternoon, items: Array(rows.dropFirst(lunch))),
            ])
    }

    private func head(_ texts: Texts) -> [Picture.Item] {
        if isEmptyBook {
            return [
                .text(texts(.noAccounts), .headline), .text(texts(.noAccountsHint), .faded),
                .button(texts(.loadSample), isMain: true), .button(texts(.joinAServer), isMain: false),
            ]
        }
        if isProposal {
            return [
                .text(texts(Message(counting: stops.count, .proposal)), .large(.plain)),
                .button(texts(.keepPlan), isMain: true), .button(texts(.discardPlan), isMain: false),
            ]
        }
        guard let next else {
            let hint = stops.isEmpty ? [Picture.Item.text(texts(.noPlanHint), .faded)] : []
            let plan = stops.isEmpty ? [Picture.Item.button(texts(.planDay), isMain: true)] : []
            return [.text(texts(stops.isEmpty ? .noPlan : .dayDone), .headline)] + hint + plan
        }
        let at = next.arriveS.map { [Picture.Item.text(texts(.atTime, .text(texts.timeOfDay($0))), .body)] } ?? []
        return [
            .text(texts(next.state == .here ? .hereNow : .nextStop), .notice(.accent)),
            .text(next.title, .large(.plain)),
        ] + at + [.button(texts(next.state == .here ? .checkOut : .checkIn), isMain: true)]
    }
}

@MainActor extension AccountsModel {
    /// The customers as a picture.
    public func picture(_ texts: Texts) -> Picture {
        let none: [Picture.Item] = [.text(texts(.nothingFound), .headline), .text(texts(emptyHint), .faded)]
        let rows = rows(texts).map { Picture.Item.row($0) }
        let notice = message.map { [Picture.Item.text(texts($0), .notice(.warning))] } ?? []
        return Picture(
            texts(.accounts), tab: .accounts, texts: texts,
            groups: [
                Picture.Group(items: [
                    .field(query.isEmpty ? texts(.searchAccounts) : query, isHint: query.isEmpty),
                    .toggle(texts(.nearMe), isOn: isNear),
                ]),
                Picture.Group(items: notice + (rows.isEmpty && message == nil ? none : rows)),
            ])
    }
}

@MainActor extension DealsModel {
    /// The deals as a picture.
    public func picture(_ texts: Texts) -> Picture {
        let chosen = stage ?? texts(.allDeals, .number(all.count))
        return Picture(
            texts(.deals), tab: .deals, texts: texts,
            groups: [
                Picture.Group(items: [.value(texts(.fieldStage), "\(chosen) ⌄")]),
                Picture.Group(items: coming.map { .row(row($0, texts)) }),
                Picture.Group(title: texts(.pastDeals), items: past.map { .row(row($0, texts)) }),
            ])
    }
}

@MainActor extension TasksModel {
    /// The tasks as a picture.
    public func picture(_ texts: Texts) -> Picture {
        Picture(
            texts(.tasks), tab: .tasks, texts: texts,
            groups: [
                Picture.Group(items: [.field(draft.isEmpty ? texts(.newTask) : draft, isHint: draft.isEmpty)]),
                Picture.Group(items: open.map { .row(box($0, texts)) }),
                Picture.Group(title: texts(.tasksDone), items: done.map { .row(box($0, texts)) }),
            ])
    }

    private func box(_ task: TaskRow, _ texts: Texts) -> Row {
        var row = row(task, texts)
        row.badge = task.isDone ? "✓" : " "
        return row
    }
}

@MainActor extension SyncModel {
    /// The sync as a picture.
    public func picture(_ texts: Texts) -> Picture {
        let ages = [oldest.map { texts($0) }, texts(lastSync)].compactMap { $0 }.map { Picture.Item.text($0, .faded) }
        let action: [Picture.Item] =
            if !isJoined {
                [.text(texts(.notJoinedHint), .body), .button(texts(.joinAServer), isMain: true)]
            } else {
                [.button(texts(isSyncing ? .stop : .syncNow), isMain: !isSyncing)]
            }
        let notices = [message.map { ($0, Tone.warning) }, reportSentence.map { ($0, Tone.good) }].compactMap { $0 }
        return Picture(
            texts(.sync), tab: .sync, texts: texts,
            groups: [
                Picture.Group(items: [.text(texts(unsent), .large(.plain))] + ages + action),
                Picture.Group(items: notices.map { .text(texts($0.0), .notice($0.1)) }),
                Picture.Group(title: texts(.needsAttention), items: attention(texts).map { .row($0) }),
                Picture.Group(title: texts(.syncLog), items: logRows(texts).map { .row($0) }),
            ])
    }
}
