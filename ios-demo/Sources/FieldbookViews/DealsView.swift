#if canImport(SwiftUI)
    import Fieldbook
    import FieldbookDemo
    import SwiftUI

    /// The stages as a picker, and the deals of the one that is chosen: those that need the rep first.
    struct DealsView: View {
        let app: AppModel
        let router: Router
        @State var model: DealsModel

        var body: some View {
            let texts = app.texts
            List {
                if let message = model.message { NoticeView(text: texts(message)) }
                if model.isLoading {
                    ProgressView(texts(.loading))
                } else if model.all.isEmpty {
                    Text(texts(.noDeals)).font(.headline)
                    Text(texts(.noDealsHint)).foregroundStyle(.secondary)
                } else {
                    Picker(texts(.fieldStage), selection: $model.stage) {
                        Text(texts(.allDeals, .number(model.all.count))).tag(String?.none)
                        ForEach(model.stages, id: \.stage) { choice in
                            let title = texts.stage(of: choice.example.standing) ?? choice.stage
                            Text("\(title) · \(choice.count)").tag(String?.some(choice.stage))
                        }
                    }
                    section(.needsAttention, model.attention, texts)
                    ForEach(model.coming) { deal($0, texts) }
                    section(.pastDeals, model.past, texts)
                    section(.dealsClosed, model.closed, texts)
                }
            }
            .task { await model.run() }
        }

        @ViewBuilder private func section(_ title: TextKey, _ rows: [DealRow], _ texts: Texts) -> some View {
            if !rows.isEmpty { Section(texts(title)) { ForEach(rows) { deal($0, texts) } } }
        }

        @ViewBuilder private func deal(_ row: DealRow, _ texts: Texts) -> some View {
            LinkRow(row: model.row(row, texts))
            if !row.standing.losing.isEmpty { settle(row, texts) }
            if !row.standing.targets.isEmpty { menu(row, texts) }
        }

        private func settle(_ row: DealRow, _ texts: Texts) -> some View {
            ForEach(row.standing.choices, id: \.moveId) { choice in
                Button(texts(.settleOn, .text(texts.title(of: choice.stage, in: row.standing)))) {
                    Task { await model.settle(row.id, on: choice) }
                }
            }
        }

        private func menu(_ row: DealRow, _ texts: Texts) -> some View {
            Menu(texts(.moveDeal, .text(row.deal.name))) {
                ForEach(row.standing.targets, id: \.id) { stage in
                    Button(texts(.moveTo, .text(texts.labelled(stage.titles) ?? stage.id))) {
                        if row.standing.isOpen(to: stage.id) {
                            Task { await model.move(row.id, to: stage.id) }
                        } else {
                            router.open(.move(deal: row.id, stage: stage.id))
                        }
                    }
                }
            }
        }
    }

    /// A shut gate: what is missing with a field for each that can be filled in here, and the way past it.
    struct MoveView: View {
        let app: AppModel
        let router: Router
        @State var model: MoveModel

        var body: some View {
            let texts = app.texts
            List {
                if let message = model.message { NoticeView(text: texts(message)) }
                if let standing = model.standing, let verdict = model.verdict {
                    Text(texts(.moveTo, .text(texts.title(of: verdict.toStage, in: standing)))).font(.title2)
                    if verdict.outcome != .met { Text(texts(.moveAsks)) }
                    ForEach(verdict.missing, id: \.criterion) { asked($0, texts) }
                    ForEach(verdict.unknown + verdict.advised, id: \.criterion) {
                        Text("• \(texts.sentence(about: $0))")
                    }
                    Button(texts(.moveNow)) { Task { await model.move() } }
                    if standing.mayForce { force(texts) }
                } else if model.message == nil {
                    ProgressView(texts(.loading))
                }
            }
            .navigationTitle(model.standing?.deal.title ?? texts(.deals))
            .onChange(of: model.isDone) { _, isDone in
                if isDone { router.leave(.move(deal: model.deal, stage: model.stage)) }
            }
            .task { await model.run() }
        }

        @ViewBuilder private func asked(_ unmet: UnmetCriterion, _ texts: Texts) -> some View {
            if model.isField(unmet) {
                TextField(
                    texts(fieldName(unmet.criterion)),
                    text: Binding(get: { model[unmet.criterion] }, set: { model[unmet.criterion] = $0 }))
            } else if let check = unmet.check {
                Toggle(
                    texts.sentence(about: unmet),
                    isOn: Binding(get: { model[check: check] }, set: { model[check: check] = $0 }))
            } else {
                Text("• \(texts.sentence(about: unmet))")
            }
        }

        private func force(_ texts: Texts) -> some View {
            Section {
                Text(texts(.moveForceHint)).foregroundStyle(.secondary)
                TextField(texts(.moveWhy), text: $model.why)
                Button(texts(.moveForce)) { Task { await model.move(force: true) } }
            }
        }
    }
#endif
