import Fieldbook
import FieldbookDemo

@MainActor extension AccountModel {
    /// The customer as a picture.
    public func picture(_ texts: Texts) -> Picture {
        let pills = pills(texts).joined(separator: " · ")
        let about: [Picture.Item] = [.text(pills, .faded)] + (address.map { [.text($0, .body)] } ?? [])
        let phone = record?.account?.phone ?? texts(.noPhone)
        let remark = record?.account?.extra.remark.map { [Picture.Item.text($0, .body)] } ?? []
        let rows = { (title: TextKey, rows: [Row]) in
            Picture.Group(title: texts(title), items: rows.map { .row($0) })
        }
        return Picture(
            record?.title ?? texts(.account), tab: nil, texts: texts,
            groups: conflicts.map { group($0, texts) } + [
                Picture.Group(items: about + [.value(texts(.fieldPhone), phone)] + remark),
                Picture.Group(items: [.button(texts(isHere ? .checkOut : .checkIn), isMain: true)]),
                rows(.sites, siteRows(texts)), rows(.contacts, contactRows), rows(.deals, dealRows(texts)),
                rows(.visits, visitRows(texts)), rows(.history, historyRows(texts)),
            ])
    }

    private func group(_ conflict: ConflictShown, _ texts: Texts) -> Picture.Group {
        let lost = texts.value(conflict.lost)
        let by = texts.dayAndTime(conflict.lostAt)
        return Picture.Group(
            title: texts(.conflictTitle, .message(fieldName(conflict.field))),
            items: [
                .text(texts(.conflictShown, .text(texts.value(conflict.shown))), .headline),
                .text(texts(.conflictLost, .text(lost), .text(conflict.lostBy), .text(by)), .body),
                .button(texts(.useThisValue, .text(lost)), isMain: false),
            ])
    }
}

@MainActor extension CheckInModel {
    /// The door as a picture.
    public func picture(_ texts: Texts) -> Picture {
        let notice = message.map { [Picture.Item.text(texts($0), .notice(.warning))] } ?? []
        let top = Picture.Group(items: [.text(title, .large(.plain))] + notice)
        guard let arrival else {
            let ask = access == .precise ? [] : [Picture.Item.button(texts(.allowLocation), isMain: false)]
            let tap: [Picture.Item] = [
                .button(texts(isWorking ? .locating : .checkInHere), isMain: true), .text(texts(.checkInHint), .faded),
            ]
            let before = [Picture.Item.text(texts(accessSentence), .body)] + ask
            return Picture(
                texts(.checkIn), tab: nil, texts: texts,
                groups: [top, Picture.Group(items: before), Picture.Group(items: tap)])
        }
        return Picture(
            texts(.checkIn), tab: nil, texts: texts,
            groups: [top, verdict(arrival, texts), Picture.Group(items: door(texts)), Picture.Group(items: end(texts))])
    }

    private func verdict(_ arrival: CheckIn, _ texts: Texts) -> Picture.Group {
        let assessment = arrival.assessment
        return Picture.Group(
            items: [
                .text(texts(assessment.verdict.title), .large(assessment.verdict.tone)),
                .text(texts(.checkedInAt, .text(texts.timeOfDay(arrival.at))), .faded),
                .text(texts(assessment.verdict.meaning), .body),
            ] + assessment.sentences.map { .text("• \(texts($0))", .body) })
    }

    private func door(_ texts: Texts) -> [Picture.Item] {
        guard !shownPlaces.isEmpty else { return [] }
        let shapes = MapDrawing.door(self, width: 358, height: 200)
        return [.map(height: 200) { _, _ in shapes }, .text(texts(.doorLegend), .faded)]
    }

    private func end(_ texts: Texts) -> [Picture.Item] {
        guard let departure else {
            return [
                .field(outcome.isEmpty ? texts(.outcome) : outcome, isHint: outcome.isEmpty),
                .button(texts(.checkOut), isMain: true),
            ]
        }
        let left = texts(.checkedOutAt, .text(texts.timeOfDay(departure.at)))
        return [.text(left, .headline)] + (visit?.outcome.map { [.text($0, .body)] } ?? [])
    }
}

@MainActor extension SettingsModel {
    /// The settings as a picture.
    public func picture(_ texts: Texts) -> Picture {
        let notice = message.map { [Picture.Item.text(texts($0), .notice(.warning))] } ?? []
        let language = languages(texts).first { $0.tag == settings.language }?.name ?? ""
        return Picture(
            texts(.settings), tab: nil, texts: texts,
            groups: [
                Picture.Group(
                    title: texts(.server), items: (server.map { [.row($0)] } ?? join(texts)) + notice),
                Picture.Group(items: [.value(texts(.language), "\(language) ⌄")]),
                Picture.Group(
                    title: texts(.workingDay),
                    items: [
                        .value(texts(.workFrom), "\(texts.timeOfDay(Int64(settings.workFromS)))   − +"),
                        .value(texts(.workUntil), "\(texts.timeOfDay(Int64(settings.workUntilS)))   − +"),
                        .value(texts(.lunch), "\(texts(lunch))   − +"),
                    ]),
                Picture.Group(title: texts(.privacy), items: [.text(texts(.privacyText), .body)]),
            ])
    }

    private func join(_ texts: Texts) -> [Picture.Item] {
        [
            .text(texts(.joinHint), .faded), .field(url.isEmpty ? texts(.serverAddress) : url, isHint: url.isEmpty),
            .field(code.isEmpty ? texts(.joinCode) : code, isHint: code.isEmpty),
            .button(texts(isJoining ? .joining : .join), isMain: canJoin),
        ]
    }
}
