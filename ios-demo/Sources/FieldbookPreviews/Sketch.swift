import FieldbookDemo
import Foundation

/// Draws a picture from top to bottom.
struct Sketch {
    static let (width, height) = (390.0, 844.0)
    private static let (margin, inset) = (16.0, 16.0)

    let theme: Theme
    private var shapes: [String] = []
    private var y = 0.0
    private var bottom = Sketch.height
    private var clips = 0

    init(theme: Theme) { self.theme = theme }

    private var textWidth: Double { Sketch.width - 2 * (Sketch.margin + Sketch.inset) }
    private var left: Double { Sketch.margin + Sketch.inset }

    /// The way back, and the title of the screen.
    mutating func header(title: String, back: String?) {
        y = 56
        if let back { text("‹ \(back)", x: Sketch.margin, at: 44, size: 17, color: theme.good) }
        for line in wrapped(title, size: 32, width: Sketch.width - 2 * Sketch.margin) {
            text(line, x: Sketch.margin, at: y + 32, size: 32, weight: 700, color: theme.ink)
            y += 40
        }
        y += 12
    }

    /// A frame with items, under its title.
    mutating func group(_ group: Picture.Group) {
        if let title = group.title {
            text(title, x: left, at: y + 16, size: 14, color: theme.faded)
            y += 24
        }
        let (top, first) = (y, shapes.count)
        for (index, item) in group.items.enumerated() {
            if index > 0 { line(y) }
            draw(item)
        }
        let frame = rectangle(Sketch.margin, top, Sketch.width - 2 * Sketch.margin, y - top, radius: 12, theme.card)
        shapes.insert(frame, at: first)
        y += 20
    }

    /// The bar of tabs at the bottom, over all that lies below it.
    mutating func tabs(_ words: [String], chosen: Int) {
        let (top, step) = (Sketch.height - 76, Sketch.width / Double(words.count))
        shapes.append(rectangle(0, top, Sketch.width, 76, radius: 0, theme.card))
        shapes.append(rectangle(0, top, Sketch.width, 0.5, radius: 0, theme.line))
        for (index, word) in words.enumerated() {
            let (middle, color) = ((Double(index) + 0.5) * step, index == chosen ? theme.good : theme.faded)
            shapes.append(circle(middle, top + 20, index == chosen ? 9 : 7, fill: color))
            text(word, x: middle, at: top + 48, size: 11, weight: 500, color: color, anchor: "middle")
        }
    }

    /// The whole picture.
    func svg(title: String) -> String {
        """
        <svg xmlns="http://www.w3.org/2000/svg" width="390" height="844" viewBox="0 0 390 844" font-family="-apple-system, \
        'Helvetica Neue', 'Noto Sans', 'PingFang SC', 'Noto Sans CJK SC', sans-serif">
        <title>\(escaped(title))</title>
        \(rectangle(0, 0, Sketch.width, Sketch.height, radius: 0, theme.background))
        \(shapes.joined(separator: "\n"))
        </svg>

        """
    }

    private mutating func draw(_ item: Picture.Item) {
        switch item {
        case .row(let row): draw(row)
        case .text(let words, let style): draw(words, style)
        case .button(let words, let isMain): button(words, isMain: isMain)
        case .field(let words, let isHint): paragraph(words, size: 17, color: isHint ? theme.faded : theme.ink, pad: 12)
        case .value(let word, let value):
            text(value, x: Sketch.width - left, at: y + 28, size: 17, color: theme.faded, anchor: "end")
            paragraph(word, size: 17, color: theme.ink, pad: 12)
        case .toggle(let word, let isOn): toggle(word, isOn: isOn)
        case .map(let height, let shapes):
            let width = Sketch.width - 2 * Sketch.margin
            map(shapes(width, height), width: width, height: height)
        }
    }

    private mutating func draw(_ words: String, _ style: Picture.TextStyle) {
        switch style {
        case .headline: paragraph(words, size: 17, weight: 600, color: theme.ink)
        case .large(let tone): paragraph(words, size: 22, weight: 600, color: theme.color(tone))
        case .body: paragraph(words, size: 16, color: theme.ink)
        case .faded: paragraph(words, size: 15, color: theme.faded)
        case .notice(let tone): paragraph(words, size: 15, weight: 500, color: theme.color(tone))
        }
    }

    private mutating func draw(_ row: Row) {
        let (top, badge) = (y, row.badge != nil ? 48.0 : 0)
        let trailing = row.trailing.map { estimatedWidth($0, size: 15) + 12 } ?? 0
        let width = textWidth - badge
        y += 10
        let lines: [(String?, Double, Double, Double, String)] = [
            (row.overline, 13, 400, width, theme.faded),
            (row.title, 17, 400, width - trailing, row.tone == .faded ? theme.faded : theme.ink),
            (row.alert, 14, 400, width, theme.warning),
            (row.detail, 14, 400, width, row.tone == .warning ? theme.warning : theme.faded),
        ]
        for case (let words?, let size, let weight, let width, let color) in lines {
            for line in wrapped(words, size: size, width: width) {
                text(line, x: left + badge, at: y + size, size: size, weight: weight, color: color)
                y += size + 5
            }
        }
        y = max(y + 6, top + (badge > 0 ? 56 : 0))
        if let word = row.badge {
            badgeCircle(word, row.tone, middle: (top + y) / 2)
        }
        if let word = row.trailing {
            let at = top + 10 + 17 + (row.overline == nil ? 0 : 18)
            text(word, x: Sketch.width - left, at: at, size: 15, color: theme.ink, anchor: "end")
        }
    }

    /// A badge with its word; one that is blank is a box to tick.
    private mutating func badgeCircle(_ word: String, _ tone: Tone, middle: Double) {
        if word == " " {
            shapes.append(circle(left + 18, middle, 13, fill: theme.line))
            return shapes.append(circle(left + 18, middle, 11, fill: theme.card))
        }
        let color = tone == .accent ? theme.accent : tone == .faded ? theme.faded : theme.badge
        let ink = tone == .accent ? theme.card : "#ffffff"
        shapes.append(circle(left + 18, middle, 18, fill: color))
        text(word, x: left + 18, at: middle + 5, size: 14, weight: 600, color: ink, anchor: "middle")
    }

    private mutating func paragraph(
        _ words: String, size: Double, weight: Double = 400, color: String, pad: Double = 8
    ) {
        y += pad
        for line in wrapped(words, size: size, width: textWidth) {
            text(line, x: left, at: y + size - 1, size: size, weight: weight, color: color)
            y += size + 5
        }
        y += pad - 3
    }

    private mutating func button(_ words: String, isMain: Bool) {
        if isMain {
            shapes.append(rectangle(left, y + 8, textWidth, 44, radius: 12, theme.badge))
            text(words, x: Sketch.width / 2, at: y + 36, size: 17, weight: 600, color: "#ffffff", anchor: "middle")
            y += 60
        } else {
            text(words, x: left, at: y + 28, size: 17, color: theme.good)
            y += 44
        }
    }

    private mutating func toggle(_ word: String, isOn: Bool) {
        text(word, x: left, at: y + 28, size: 17, color: theme.ink)
        let end = Sketch.width - left
        shapes.append(rectangle(end - 48, y + 8, 48, 28, radius: 14, isOn ? theme.good : theme.line))
        shapes.append(circle(isOn ? end - 14 : end - 34, y + 22, 12, fill: "#ffffff"))
        y += 44
    }

    private mutating func line(_ y: Double) {
        shapes.append(rectangle(left, y - 0.25, Sketch.width - left - Sketch.margin, 0.5, radius: 0, theme.line))
    }

    private mutating func text(
        _ words: String, x: Double, at y: Double, size: Double, weight: Double = 400, color: String,
        anchor: String = "start"
    ) {
        // Below the edge of the phone nothing is seen.
        guard y < Sketch.height + size else { return }
        shapes.append(
            "<text x=\"\(short(x))\" y=\"\(short(y))\" font-size=\"\(short(size))\" font-weight=\"\(short(weight))\" "
                + "text-anchor=\"\(anchor)\" fill=\"\(color)\">\(escaped(words))</text>")
    }

    private mutating func map(_ parts: [MapShape], width: Double, height: Double) {
        clips += 1
        let clip = "<clipPath id=\"map\(clips)\">\(rectangle(0, 0, width, height, radius: 12, "#000000"))</clipPath>"
        let ground = rectangle(0, 0, width, height, radius: 0, theme.map[.ground] ?? "")
        let drawn = parts.map { MapSketch(theme: theme).svg($0) }
        shapes.append(
            "<g transform=\"translate(\(short(Sketch.margin)) \(short(y)))\">\(clip)<g clip-path=\"url(#map\(clips))\">"
                + ([ground] + drawn).joined(separator: "\n") + "</g></g>")
        y += height
    }
}
