#if canImport(SwiftUI)
    import Fieldbook
    import FieldbookDemo
    import SwiftUI

    /// Before the tap what the phone may know; behind it the verdict and its reasons.
    struct CheckInView: View {
        let app: AppModel
        @State var model: CheckInModel

        var body: some View {
            let texts = app.texts
            List {
                if model.isLoading {
                    ProgressView(texts(.loading))
                } else {
                    Text(model.title).font(.title2)
                    if let message = model.message { NoticeView(text: texts(message)) }
                    if let departure = model.departure {
                        Text(texts(.checkedOutAt, .text(texts.timeOfDay(departure.at)))).font(.headline)
                        if let outcome = model.visit?.outcome { Text(outcome) }
                    }
                    if let arrival = model.arrival {
                        verdict(arrival, texts)
                        if model.departure == nil { outcome(texts) }
                    } else {
                        before(texts)
                    }
                }
            }
            .navigationTitle(texts(.checkIn))
            .task { await model.load() }
        }

        @ViewBuilder private func before(_ texts: Texts) -> some View {
            Text(texts(model.accessSentence))
            if model.access != .precise {
                Button(texts(.allowLocation)) { Task { await model.askForLocation() } }
            }
            tap(.checkInHere, texts) { await model.checkIn() }
            Text(texts(.checkInHint)).foregroundStyle(.secondary)
        }

        @ViewBuilder private func outcome(_ texts: Texts) -> some View {
            TextField(texts(.outcome), text: $model.outcome, axis: .vertical)
            tap(.checkOut, texts) { await model.checkOut() }
        }

        private func tap(
            _ key: TextKey, _ texts: Texts, _ action: @escaping @MainActor () async -> Void
        ) -> some View {
            Button(texts(model.isWorking ? .locating : key)) { Task { await action() } }
                .font(.headline)
                .disabled(model.isWorking)
        }

        @ViewBuilder private func verdict(_ arrival: CheckIn, _ texts: Texts) -> some View {
            let assessment = arrival.assessment
            Section {
                Text(texts(assessment.verdict.title)).font(.title2).foregroundStyle(assessment.verdict.tone.color)
                Text(texts(.checkedInAt, .text(texts.timeOfDay(arrival.at))))
                Text(texts(assessment.verdict.meaning))
                ForEach(assessment.sentences, id: \.self) { Text("• \(texts($0))") }
            }
            if !model.shownPlaces.isEmpty {
                MapView { width, height in MapDrawing.door(model, width: width, height: height) }
                    .accessibilityLabel(texts(.doorMap))
                Text(texts(.doorLegend)).font(.caption).foregroundStyle(.secondary)
            }
        }
    }
#endif
