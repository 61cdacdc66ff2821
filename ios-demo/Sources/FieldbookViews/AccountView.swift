#if canImport(SwiftUI)
    import Fieldbook
    import FieldbookDemo
    import SwiftUI

    /// One customer, conflicts first.
    struct AccountView: View {
        let app: AppModel
        @State var model: AccountModel

        var body: some View {
            let texts = app.texts
            List {
                if let message = model.message { NoticeView(text: texts(message)) }
                if model.record == nil {
                    if model.message == nil { ProgressView(texts(.loading)) }
                } else {
                    NavigationLink(value: Destination.checkIn(model.id)) {
                        Label(
                            texts(model.isHere ? .checkOut : .checkIn), systemImage: "location.circle")
                    }
                    ForEach(model.conflicts, id: \.change) { conflict($0, texts) }
                    head(texts)
                    RowSection(title: texts(.sites), rows: model.siteRows(texts))
                    RowSection(title: texts(.contacts), rows: model.contactRows)
                    RowSection(title: texts(.deals), rows: model.dealRows(texts))
                    RowSection(title: texts(.visits), rows: model.visitRows(texts))
                    RowSection(title: texts(.history), rows: model.historyRows(texts))
                }
            }
            .navigationTitle(model.record?.title ?? texts(.account))
            .task { await model.run() }
        }

        private func conflict(_ conflict: ConflictShown, _ texts: Texts) -> some View {
            Section(texts(.conflictTitle, .message(fieldName(conflict.field)))) {
                Text(texts(.conflictShown, .text(texts.value(conflict.shown))))
                Text(
                    texts(
                        .conflictLost, .text(texts.value(conflict.lost)), .text(conflict.lostBy),
                        .text(texts.dayAndTime(conflict.lostAt))))
                Button(texts(.useThisValue, .text(texts.value(conflict.lost)))) {
                    Task { await model.use(conflict) }
                }
            }
        }

        @ViewBuilder private func head(_ texts: Texts) -> some View {
            Text(model.pills(texts).joined(separator: " · ")).foregroundStyle(.secondary)
            if let address = model.address { Label(address, systemImage: "location") }
            if model.draft != nil {
                TextField(
                    texts(.fieldPhone), text: Binding(get: { model.draft ?? "" }, set: { model.draft = $0 }))
                Button(texts(.save)) { Task { await model.save() } }
                Button(texts(.cancel)) { model.draft = nil }
            } else {
                Label(model.record?.account?.phone ?? texts(.noPhone), systemImage: "phone")
                Button(texts(.editPhone)) { model.beginEditing() }
            }
            if let remark = model.record?.account?.extra.remark { Text(remark) }
        }
    }
#endif
