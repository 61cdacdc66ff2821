import FieldbookDemo
import Foundation

/// Shapes of a map as SVG.
struct MapSketch {
    let theme: Theme

    func svg(_ shape: MapShape) -> String {
        switch shape {
        case .area(let points, let color, let opacity):
            "<polygon points=\"\(list(points))\" fill=\"\(hex(color))\" fill-opacity=\"\(short(opacity))\"/>"
        case .line(let points, let color, let width, let opacity):
            "<polyline points=\"\(list(points))\" fill=\"none\" stroke=\"\(hex(color))\" stroke-width=\"\(short(width))\" "
                + "stroke-linecap=\"round\" stroke-linejoin=\"round\" stroke-opacity=\"\(short(opacity))\"/>"
        case .disc(let middle, let radius, let color, let opacity):
            circle(middle.x, middle.y, radius, fill: hex(color), opacity: opacity)
        case .ring(let middle, let radius, let color, let width):
            "<circle cx=\"\(short(middle.x))\" cy=\"\(short(middle.y))\" r=\"\(short(radius))\" fill=\"none\" "
                + "stroke=\"\(hex(color))\" stroke-width=\"\(short(width))\"/>"
        case .label(let words, let middle, let size, let color):
            "<text x=\"\(short(middle.x))\" y=\"\(short(middle.y + size * 0.36))\" font-size=\"\(short(size))\" "
                + "font-weight=\"700\" text-anchor=\"middle\" fill=\"\(hex(color))\">\(escaped(words))</text>"
        }
    }

    private func hex(_ color: MapColor) -> String { theme.map[color] ?? "#000000" }

    private func list(_ points: [PicturePoint]) -> String {
        points.map { "\(short($0.x)),\(short($0.y))" }.joined(separator: " ")
    }
}

func rectangle(
    _ x: Double, _ y: Double, _ width: Double, _ height: Double, radius: Double, _ fill: String
) -> String {
    "<rect x=\"\(short(x))\" y=\"\(short(y))\" width=\"\(short(width))\" height=\"\(short(height))\" "
        + "rx=\"\(short(radius))\" fill=\"\(fill)\"/>"
}

func circle(_ x: Double, _ y: Double, _ radius: Double, fill: String, opacity: Double = 1) -> String {
    "<circle cx=\"\(short(x))\" cy=\"\(short(y))\" r=\"\(short(radius))\" fill=\"\(fill)\" "
        + "fill-opacity=\"\(short(opacity))\"/>"
}

/// A number with at most two digits behind the point.
func short(_ number: Double) -> String {
    let rounded = (number * 100).rounded() / 100
    return rounded == rounded.rounded() ? String(Int(rounded)) : String(rounded)
}

func escaped(_ text: String) -> String {
    text.replacingOccurrences(of: "&", with: "&amp;").replacingOccurrences(of: "<", with: "&lt;")
}

/// The width of a text by the usual widths of letters: no font is at hand.
func estimatedWidth(_ text: String, size: Double) -> Double {
    text.unicodeScalars.reduce(0) { width, scalar in
        let share =
            switch scalar.value {
            case 0x2E80...: 1.0
            case 0x41...0x5A: 0.68
            case 0x20, 0x2C, 0x2E, 0x3A, 0x69, 0x6A, 0x6C: 0.3
            default: 0.58
            }
        return width + share * size
    }
}

/// The lines of a text that may be `width` points wide; Chinese may break anywhere.
func wrapped(_ text: String, size: Double, width: Double) -> [String] {
    var lines: [String] = []
    for paragraph in text.split(separator: "\n", omittingEmptySubsequences: false) {
        var line = ""
        for word in words(of: String(paragraph)) {
            if !line.isEmpty, estimatedWidth(line + word, size: size) > width {
                lines.append(line)
                line = word.trimmingCharacters(in: .whitespaces)
            } else {
                line += word
            }
        }
        lines.append(line)
    }
    return lines
}

/// The parts between which a line may break, with the spaces before them.
private func words(of text: String) -> [String] {
    var parts: [String] = []
    for letter in text {
        // A line does not begin with the end of a phrase.
        let isWide = !"，。、！？：；）”".contains(letter) && (letter.unicodeScalars.first?.value ?? 0) >= 0x2E80
        if parts.isEmpty || letter == " " || isWide {
            parts.append(String(letter))
        } else {
            parts[parts.count - 1].append(letter)
        }
    }
    return parts
}
