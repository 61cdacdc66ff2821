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
        let chosen = stages.first { $0.stage == stage }
        let title = chosen.map { texts.stage(of: $0.example.standing) ?? $0.stage }
        let value = title ?? texts(.allDeals, .number(all.count))
        let group = { (title: TextKey?, rows: [DealRow]) in
            Picture.Group(title: title.map { texts($0) }, items: rows.flatMap { self.items($0, texts) })
        }
        return Picture(
            texts(.deals), tab: .deals, texts: texts,
            groups: [
                Picture.Group(items: [.value(texts(.fieldStage), "\(value) ⌄")]),
                group(.needsAttention, attention), group(nil, coming), group(.pastDeals, past),
                group(.dealsClosed, closed),
            ])
    }

    private func items(_ row: DealRow, _ texts: Texts) -> [Picture.Item] {
        let choices = row.standing.losing.isEmpty ? [] : row.standing.choices
        let settle = choices.map { texts(.settleOn, .text(texts.title(of: $0.stage, in: row.standing))) }
        return [.row(self.row(row, texts))] + settle.map { .button($0, isMain: false) }
    }
}

@MainActor extension MoveModel {
    /// The gate as a picture.
    public func picture(_ texts: Texts) -> Picture {
        guard let standing, let verdict else { return Picture(texts(.deals), tab: nil, texts: texts, groups: []) }
        let notice = message.map { [Picture.Item.text(texts($0), .notice(.warning))] } ?? []
        let stage = texts.title(of: verdict.toStage, in: standing)
        let rest = (verdict.unknown + verdict.advised).map {
            Picture.Item.text("• \(texts.sentence(about: $0))", .body)
        }
        let force: [Picture.Item] = [
            .text(texts(.moveForceHint), .faded), .field(why.isEmpty ? texts(.moveWhy) : why, isHint: why.isEmpty),
            .button(texts(.moveForce), isMain: false),
        ]
        return Picture(
            standing.deal.title, tab: nil, texts: texts,
            groups: [
                Picture.Group(
                    items: notice + [
                        .text(texts(.moveTo, .text(stage)), .large(.plain)), .text(texts(.moveAsks), .body),
                    ]),
                Picture.Group(items: verdict.missing.map { asked($0, texts) } + rest),
                Picture.Group(items: [.button(texts(.moveNow), isMain: true)]),
                Picture.Group(items: standing.mayForce ? force : []),
            ])
    }

    private func asked(_ unmet: UnmetCriterion, _ texts: Texts) -> Picture.Item {
        if isField(unmet) {
            let text = self[unmet.criterion]
            return .field(text.isEmpty ? texts(fieldName(unmet.criterion)) : text, isHint: text.isEmpty)
        }
        guard let check = unmet.check else { return .text("• \(texts.sentence(about: unmet))", .body) }
        return .toggle(texts.sentence(about: unmet), isOn: self[check: check])
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
