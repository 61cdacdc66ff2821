#if canImport(SwiftUI)
    import Fieldbook
    import FieldbookDemo
    import SwiftUI

    /// The route on a map, the next stop, and all stops with lunch between them.
    struct TodayView: View {
        let app: AppModel
        let router: Router
        @State var model: TodayModel

        var body: some View {
            let texts = app.texts
            List {
                if model.isLoading {
                    ProgressView(texts(.loading))
                } else if model.isEmptyBook {
                    empty(texts)
                } else {
                    day(texts)
                }
            }
            .toolbar { if !model.stops.isEmpty { ToolbarItem(placement: .secondaryAction) { brokenDay(texts) } } }
            .task { await model.run() }
        }

        @ViewBuilder private func empty(_ texts: Texts) -> some View {
            Text(texts(.noAccounts)).font(.headline)
            Text(texts(.noAccountsHint)).foregroundStyle(.secondary)
            Button(texts(.loadSample)) { Task { await model.loadSample() } }
            Button(texts(.joinAServer)) { router.open(.settings) }
            if let message = model.message { NoticeView(text: texts(message)) }
        }

        @ViewBuilder private func day(_ texts: Texts) -> some View {
            Section(texts.longDay(model.date)) {
                MapView { width, height in
                    MapDrawing.day(
                        model.stops, model.ground, width: width, height: height, bar: texts(metres(200)))
                }
                .accessibilityLabel(texts(model.mapDescription))
                if let message = model.message { NoticeView(text: texts(message)) }
                if let moved = model.movedPromises { NoticeView(text: texts(moved), tone: .plain) }
                head(texts)
                if !model.sums(texts).isEmpty { Text(model.sums(texts)).foregroundStyle(.secondary) }
            }
            let rows = model.rows(texts)
            let lunch = model.rowsBeforeLunch ?? rows.count
            Section { ForEach(rows.prefix(lunch)) { LinkRow(row: $0) } }
            if let lunchS = model.lunchS {
                Section(texts(.lunchAt, .text(texts.timeOfDay(lunchS)))) {
                    ForEach(rows.dropFirst(lunch)) { LinkRow(row: $0) }
                }
            }
        }

        @ViewBuilder private func head(_ texts: Texts) -> some View {
            if model.isPlanning {
                ProgressView()
            } else if model.isProposal {
                Text(texts(Message(counting: model.stops.count, .proposal))).font(.headline)
                Button(texts(.keepPlan)) { Task { await model.keep() } }
                Button(texts(.discardPlan)) { Task { await model.discard() } }
            } else if let next = model.next {
                Text(texts(next.state == .here ? .hereNow : .nextStop)).foregroundStyle(Color.orange)
                Text(next.title).font(.title2)
                if let arriveS = next.arriveS { Text(texts(.atTime, .text(texts.timeOfDay(arriveS)))) }
                Button(texts(next.state == .here ? .checkOut : .checkIn)) { router.open(.checkIn(next.account)) }
            } else if model.stops.isEmpty {
                Text(texts(.noPlan)).font(.headline)
                Text(texts(.noPlanHint)).foregroundStyle(.secondary)
                Button(texts(.planDay)) { Task { await model.makePlan() } }
            } else {
                Text(texts(.dayDone)).font(.headline)
            }
        }

        /// All that may break a day; the core plans the rest again.
        private func brokenDay(_ texts: Texts) -> some View {
            Menu(texts(.dayBroke)) {
                Button(texts(.planAgain)) { Task { await model.makePlan() } }
                Button(texts(.late)) { Task { await model.replan(.late(byS: 1_800)) } }
                if let next = model.next {
                    Button(texts(.cancelled, .text(next.title))) {
                        Task { await model.replan(.cancelled(account: next.account)) }
                    }
                }
                Button(texts(.fromHere)) { Task { await model.replanFromHere() } }
            }
            .disabled(model.isPlanning)
        }
    }
#endif
