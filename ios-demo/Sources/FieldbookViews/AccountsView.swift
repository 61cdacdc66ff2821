#if canImport(SwiftUI)
    import FieldbookDemo
    import SwiftUI

    /// A search field, the switch to those nearby, and the list.
    struct AccountsView: View {
        let app: AppModel
        @State var model: AccountsModel

        var body: some View {
            let texts = app.texts
            List {
                Toggle(
                    texts(.nearMe),
                    isOn: Binding(get: { model.isNear }, set: { isNear in Task { await model.showNear(isNear) } }))
                if let message = model.message { NoticeView(text: texts(message)) }
                if model.isLoading {
                    ProgressView(texts(.loading))
                } else if model.rows.isEmpty && model.message == nil {
                    Text(texts(.nothingFound)).font(.headline)
                    Text(texts(model.emptyHint)).foregroundStyle(.secondary)
                }
                ForEach(model.rows(texts)) { row in
                    LinkRow(row: row)
                        .task { if row.id == model.rows.last?.id { await model.loadMore() } }
                }
            }
            .searchable(text: $model.query, prompt: Text(texts(.searchAccounts)))
            .task(id: model.query) { await model.search() }
            .task { await model.run() }
        }
    }
#endif
