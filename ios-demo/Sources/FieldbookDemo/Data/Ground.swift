import Fieldbook
import Foundation

/// One line or area of the map's ground.
public struct Ground: Sendable {
    /// The kinds of lines and areas, in the order in which they are drawn.
    public enum Kind: String, Sendable {
        /// Water beyond the coast, an area.
        case sea
        /// A green area.
        case park
        /// A river.
        case river
        /// A pier.
        case pier
        /// A railway.
        case rail
        /// A narrow street.
        case lane
        /// A street.
        case street
        /// A main street.
        case main
    }

    /// The kind of the line or area.
    public let kind: Kind
    /// Its points.
    public let points: [Place]

    /// Reads lines of `name,kind,"lat,lon lat,lon ..."`; a line that is none is left out.
    public static func read(_ file: URL) -> [Ground] {
        let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
        return text.split(whereSeparator: \.isNewline).dropFirst().compactMap(ground)
    }

    private static func ground(_ line: Substring) -> Ground? {
        let parts = line.split(separator: ",", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let kind = Kind(rawValue: String(parts[1])) else { return nil }
        let points = parts[2].filter { $0 != "\"" }.split(separator: " ").compactMap { pair -> Place? in
            let numbers = pair.split(separator: ",").compactMap { Double($0) }
            return numbers.count == 2 ? Place(lat: numbers[0], lon: numbers[1]) : nil
        }
        return points.count > 1 ? Ground(kind: kind, points: points) : nil
    }
}
