import Fieldbook
import Foundation

/// A point on a picture, in points from its upper left corner.
public struct PicturePoint: Hashable, Sendable {
    /// The distance from the left edge.
    public var x: Double
    /// The distance from the upper edge.
    public var y: Double

    /// A point of the given distances.
    public init(x: Double, y: Double) { (self.x, self.y) = (x, y) }
}

/// Puts places on a picture: flat, north up, the same scale both ways. Good for a day's drive, not for a continent.
public struct Projection: Sendable {
    private static let metresPerDegree = 111_320.0

    private let middle: Place
    private let pointsPerMetre: Double
    private let width: Double
    private let height: Double

    /// Shows all `places` with `margin` points around them, and never less than `leastM` metres across.
    ///
    /// Nil without a place.
    public init?(around places: [Place], width: Double, height: Double, margin: Double, leastM: Double = 400) {
        guard let first = places.first else { return nil }
        var (south, north, west, east) = (first.lat, first.lat, first.lon, first.lon)
        for place in places {
            (south, north) = (min(south, place.lat), max(north, place.lat))
            (west, east) = (min(west, place.lon), max(east, place.lon))
        }
        middle = Place(lat: (south + north) / 2, lon: (west + east) / 2)
        let widthM = max((east - west) * Projection.metresPerDegree * cos(middle.lat * .pi / 180), leastM)
        let heightM = max((north - south) * Projection.metresPerDegree, leastM * height / width)
        let scale = min((width - 2 * margin) / widthM, (height - 2 * margin) / heightM)
        (pointsPerMetre, self.width, self.height) = (max(scale, 1e-9), width, height)
    }

    /// The point of a place on the picture.
    public func point(_ place: Place) -> PicturePoint {
        let northM = (place.lat - middle.lat) * Projection.metresPerDegree
        let eastM = (place.lon - middle.lon) * Projection.metresPerDegree * cos(middle.lat * .pi / 180)
        return PicturePoint(x: width / 2 + eastM * pointsPerMetre, y: height / 2 - northM * pointsPerMetre)
    }

    /// A length on the ground, in points.
    public func points(metres: Double) -> Double { metres * pointsPerMetre }
}

/// Moves points that lie closer together than `apart` away from each other, so that every number can be read.
public func spread(_ points: [PicturePoint], apart: Double) -> [PicturePoint] {
    var moved = points
    for _ in 0..<40 {
        for i in moved.indices {
            for j in 0..<i { part(&moved, i, j, apart) }
        }
    }
    return moved
}

private func part(_ points: inout [PicturePoint], _ i: Int, _ j: Int, _ apart: Double) {
    let (dx, dy) = (points[i].x - points[j].x, points[i].y - points[j].y)
    let distance = (dx * dx + dy * dy).squareRoot()
    guard distance < apart else { return }
    // Points at one place part sideways.
    let (wayX, wayY) = distance > 0.01 ? (dx / distance, dy / distance) : (1, 0)
    let push = (apart - distance) / 2
    points[i] = PicturePoint(x: points[i].x + wayX * push, y: points[i].y + wayY * push)
    points[j] = PicturePoint(x: points[j].x - wayX * push, y: points[j].y - wayY * push)
}
