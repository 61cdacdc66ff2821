#if canImport(SwiftUI)
    import Fieldbook
    import FieldbookDemo
    import SwiftUI

    /// A line to write a task in, the open ones by day, and those that are done.
    struct TasksView: View {
        let app: AppModel
        @State var model: TasksModel

        var body: some View {
            let texts = app.texts
            List {
                HStack {
                    TextField(texts(.newTask), text: $model.draft)
                    Button(texts(.addTask)) { Task { await model.add() } }.disabled(!model.canAdd)
                }
                if let message = model.message { NoticeView(text: texts(message)) }
                if model.isLoading {
                    ProgressView(texts(.loading))
                } else if model.open.isEmpty && model.done.isEmpty {
                    Text(texts(.noTasks)).font(.headline)
                    Text(texts(.noTasksHint)).foregroundStyle(.secondary)
                }
                ForEach(model.open) { task($0, texts) }
                if !model.done.isEmpty {
                    Section(texts(.tasksDone)) { ForEach(model.done) { task($0, texts) } }
                }
            }
            .task { await model.run() }
        }

        private func task(_ task: TaskRow, _ texts: Texts) -> some View {
            Button {
                Task { await model.mark(task.id, isDone: !task.isDone) }
            } label: {
                HStack {
                    Image(systemName: task.isDone ? "checkmark.circle.fill" : "circle")
                    RowView(row: model.row(task, texts))
                }
            }
        }
    }

    /// The edits that are unsent and their age, what needs the rep, and what happened.
    struct SyncView: View {
        let app: AppModel
        @State var model: SyncModel

        var body: some View {
            let texts = app.texts
            List {
                if model.status == nil {
                    ProgressView(texts(.loading))
                } else {
                    summary(texts)
                    if let message = model.message { NoticeView(text: texts(message)) }
                    if let report = model.reportSentence { NoticeView(text: texts(report), tone: .good) }
                    RowSection(title: texts(.needsAttention), rows: model.attention(texts))
                    RowSection(title: texts(.syncLog), rows: model.logRows(texts))
                }
            }
            .task { await model.run() }
        }

        @ViewBuilder private func summary(_ texts: Texts) -> some View {
            Section {
                Text(texts(model.unsent)).font(.title2)
                if let oldest = model.oldest { Text(texts(oldest)) }
                Text(texts(model.lastSync)).foregroundStyle(.secondary)
                if !model.isJoined {
                    Text(texts(.notJoinedHint))
                    NavigationLink(value: Destination.settings) { Text(texts(.joinAServer)) }
                } else if model.isSyncing {
                    ProgressView()
                    Button(texts(.stop)) { model.stop() }
                } else {
                    Button(texts(.syncNow)) { Task { await model.sync() } }
                }
            }
        }
    }

    /// The server, the language, the working day, and what is kept of the rep.
    struct SettingsView: View {
        let app: AppModel
        @State var model: SettingsModel

        var body: some View {
            let texts = app.texts
            List {
                Section(texts(.server)) {
                    if let server = model.server { RowView(row: server) } else { join(texts) }
                    if let message = model.message { NoticeView(text: texts(message)) }
                    if let joined = model.joined {
                        NoticeView(text: texts(.joinedAs, .text(joined)), tone: .good)
                    }
                }
                Picker(texts(.language), selection: $model.settings.language) {
                    ForEach(model.languages(texts), id: \.name) { Text($0.name).tag($0.tag) }
                }
                Section(texts(.workingDay)) {
                    let settings = model.settings
                    stepper(.workFrom, texts.timeOfDay(Int64(settings.workFromS)), texts) { model.moveStart($0) }
                    stepper(.workUntil, texts.timeOfDay(Int64(settings.workUntilS)), texts) { model.moveEnd($0) }
                    stepper(.lunch, texts(model.lunch), texts) { model.changeLunch($0) }
                }
                Section(texts(.privacy)) { Text(texts(.privacyText)) }
            }
            .navigationTitle(texts(.settings))
            .task { await model.load() }
        }

        @ViewBuilder private func join(_ texts: Texts) -> some View {
            Text(texts(.joinHint)).foregroundStyle(.secondary)
            TextField(
                texts(.serverAddress), text: Binding(get: { model.url }, set: { model.write(url: $0) }))
            TextField(texts(.joinCode), text: $model.code)
            Button(texts(model.isJoining ? .joining : .join)) { Task { await model.join() } }
                .disabled(!model.canJoin)
        }

        private func stepper(
            _ key: TextKey, _ value: String, _ texts: Texts, _ step: @escaping @MainActor (Int32) -> Void
        ) -> some View {
            Stepper {
                HStack {
                    Text(texts(key))
                    Spacer()
                    Text(value).foregroundStyle(.secondary)
                }
            } onIncrement: {
                step(1)
            } onDecrement: {
                step(-1)
            }
        }
    }
#endif
