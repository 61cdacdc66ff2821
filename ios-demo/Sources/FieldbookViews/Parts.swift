#if canImport(SwiftUI)
    import FieldbookDemo
    import SwiftUI

    extension Tone {
        var color: Color {
            switch self {
            case .plain: .primary
            case .accent: .orange
            case .faded: .secondary
            case .warning: .red
            case .good: .green
            }
        }
    }

    /// A row of a list.
    struct RowView: View {
        let row: Row

        var body: some View {
            HStack(spacing: 12) {
                if let badge = row.badge {
                    Text(badge)
                        .font(.headline)
                        .frame(width: 36, height: 36)
                        .background(badgeColor, in: Circle())
                        .foregroundStyle(Color.white)
                        .accessibilityHidden(true)
                }
                VStack(alignment: .leading, spacing: 2) {
                    if let overline = row.overline { Text(overline).font(.caption).foregroundStyle(.secondary) }
                    Text(row.title).foregroundStyle(row.tone == .faded ? Color.secondary : Color.primary)
                    if let alert = row.alert { Text(alert).font(.subheadline).foregroundStyle(Color.red) }
                    if let detail = row.detail {
                        Text(detail).font(.subheadline)
                            .foregroundStyle(row.tone == .warning ? Color.red : Color.secondary)
                    }
                }
                Spacer()
                if let trailing = row.trailing { Text(trailing).font(.subheadline) }
            }
            .accessibilityElement(children: .combine)
        }

        private var badgeColor: Color {
            switch row.tone {
            case .accent: .orange
            case .faded: .gray
            case .plain, .good, .warning: .accentColor
            }
        }
    }

    /// A row that leads to its customer, if it has one.
    struct LinkRow: View {
        let row: Row

        var body: some View {
            if let account = row.account {
                NavigationLink(value: Destination.account(account)) { RowView(row: row) }
            } else {
                RowView(row: row)
            }
        }
    }

    /// Something that the rep should know.
    struct NoticeView: View {
        let text: String
        var tone = Tone.warning

        var body: some View {
            Label(text, systemImage: tone == .good ? "checkmark.circle" : "exclamationmark.triangle")
                .foregroundStyle(tone.color)
        }
    }

    /// A titled part of a list; nothing when it has no rows.
    struct RowSection: View {
        let title: String
        let rows: [Row]

        var body: some View {
            if !rows.isEmpty {
                Section(title) { ForEach(rows) { LinkRow(row: $0) } }
            }
        }
    }

    /// A map of shapes, drawn anew for the size that it gets.
    struct MapView: View {
        let shapes: @MainActor (_ width: Double, _ height: Double) -> [MapShape]

        var body: some View {
            Canvas { context, size in
                context.fill(Path(CGRect(origin: .zero, size: size)), with: .color(MapColor.ground.color))
                for shape in shapes(size.width, size.height) { context.draw(shape) }
            }
            .frame(height: 240)
            .clipShape(RoundedRectangle(cornerRadius: 16))
        }
    }

    extension GraphicsContext {
        fileprivate mutating func draw(_ shape: MapShape) {
            switch shape {
            case .area(let points, let color, let opacity):
                fill(path(points), with: .color(color.color.opacity(opacity)))
            case .line(let points, let color, let width, let opacity):
                let style = StrokeStyle(lineWidth: width, lineCap: .round, lineJoin: .round)
                stroke(path(points), with: .color(color.color.opacity(opacity)), style: style)
            case .disc(let middle, let radius, let color, let opacity):
                fill(circle(middle, radius), with: .color(color.color.opacity(opacity)))
            case .ring(let middle, let radius, let color, let width):
                stroke(circle(middle, radius), with: .color(color.color), style: StrokeStyle(lineWidth: width))
            case .label(let text, let middle, let size, let color):
                let words = Text(text).font(.system(size: size, weight: .bold)).foregroundColor(color.color)
                draw(words, at: CGPoint(x: middle.x, y: middle.y))
            }
        }

        private func path(_ points: [PicturePoint]) -> Path {
            var path = Path()
            path.addLines(points.map { CGPoint(x: $0.x, y: $0.y) })
            return path
        }

        private func circle(_ middle: PicturePoint, _ radius: Double) -> Path {
            let corner = CGPoint(x: middle.x - radius, y: middle.y - radius)
            return Path(ellipseIn: CGRect(origin: corner, size: CGSize(width: 2 * radius, height: 2 * radius)))
        }
    }

    extension MapColor {
        fileprivate var color: Color {
            switch self {
            case .ground: Color(red: 0.92, green: 0.93, blue: 0.91)
            case .water: Color(red: 0.72, green: 0.84, blue: 0.91)
            case .park: Color(red: 0.81, green: 0.89, blue: 0.76)
            case .street, .surface: .white
            case .rail: Color(red: 0.78, green: 0.78, blue: 0.78)
            case .building: Color(red: 0.84, green: 0.82, blue: 0.78)
            case .primary: .accentColor
            case .accent: .orange
            case .faded: .gray
            case .ink: .black
            }
        }
    }
#endif
