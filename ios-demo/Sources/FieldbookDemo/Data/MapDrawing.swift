import Fieldbook

/// The colours of a map, which a view turns into those of its theme.
public enum MapColor: String, CaseIterable, Sendable {
    /// Land.
    case ground
    /// Sea and river.
    case water
    /// A green area.
    case park
    /// Streets.
    case street
    /// Railways.
    case rail
    /// Piers.
    case building
    /// A stop that comes later, the route and the fence.
    case primary
    /// The next stop, and the positions of the phone.
    case accent
    /// A stop that is over.
    case faded
    /// The rim of a stop and its number.
    case surface
    /// The scale bar.
    case ink
}

/// A shape of a map, in the order in which it is drawn.
public enum MapShape: Sendable {
    /// A filled area, `opacity` 0 to 1.
    case area([PicturePoint], MapColor, opacity: Double)
    /// A line of a width in points.
    case line([PicturePoint], MapColor, width: Double, opacity: Double)
    /// A filled circle.
    case disc(PicturePoint, radius: Double, MapColor, opacity: Double)
    /// The edge of a circle.
    case ring(PicturePoint, radius: Double, MapColor, width: Double)
    /// A text of a size in points, with its middle at the point.
    case label(String, PicturePoint, size: Double, MapColor)
}

/// Maps drawn from the day's own data: no tiles, no network.
public enum MapDrawing {
    /// The route of a day on a picture of `width` by `height` points; empty without a place.
    public static func day(_ stops: [DayStop], _ ground: [Ground], width: Double, height: Double, bar: String)
        -> [MapShape]
    {
        let placed = stops.enumerated().filter { $0.element.place != nil }
        let places = placed.compactMap(\.element.place)
        guard let map = Projection(around: places, width: width, height: height, margin: 36) else { return [] }
        let points = spread(places.map(map.point), apart: 25)
        var shapes = land(ground, map)
        // The order of the stops as straight lines: the streets between them are not known here.
        shapes.append(.line(points, .primary, width: 3, opacity: 0.85))
        // The next stop comes last, on top of its neighbours.
        let order = placed.indices.sorted { !isNext(placed[$0].element) && isNext(placed[$1].element) }
        for index in order {
            let (number, stop) = (placed[index].offset + 1, placed[index].element)
            shapes.append(.disc(points[index], radius: 14, .surface, opacity: 1))
            shapes.append(.disc(points[index], radius: 12, color(stop.state.tone), opacity: 1))
            shapes.append(.label("\(number)", points[index], size: 13, .surface))
        }
        return shapes + scaleBar(map.points(metres: 200), bar, width: width, height: height)
    }

    /// The fence and the fixes of a check-in; empty without a site or a fix.
    @MainActor public static func door(_ model: CheckInModel, width: Double, height: Double) -> [MapShape] {
        let places = model.shownPlaces
        guard let arrival = model.arrival, let site = arrival.site,
            let map = Projection(around: places, width: width, height: height, margin: 16, leastM: 120)
        else { return [] }
        let door = map.point(Place(lat: site.lat, lon: site.lon))
        var shapes = land(model.ground, map)
        switch site.fence {
        case .circle(let radiusM):
            shapes.append(.disc(door, radius: map.points(metres: radiusM), .primary, opacity: 0.2))
            shapes.append(.ring(door, radius: map.points(metres: radiusM), .primary, width: 2))
        case .polygon(let rings):
            let outlines = rings.outlines.map { $0.map(map.point) }
            if let outer = outlines.first { shapes.append(.area(outer, .primary, opacity: 0.2)) }
            for ring in outlines { shapes.append(.line(ring + ring.prefix(1), .primary, width: 2, opacity: 1)) }
        }
        shapes.append(.disc(door, radius: 5, .primary, opacity: 1))
        for fix in arrival.fixes {
            let (point, radius) = (map.point(Place(lat: fix.lat, lon: fix.lon)), map.points(metres: fix.accuracyM))
            shapes.append(.disc(point, radius: radius, .accent, opacity: 0.18))
            shapes.append(.ring(point, radius: radius, .accent, width: 1.5))
            shapes.append(.disc(point, radius: 7, .surface, opacity: 1))
            shapes.append(.disc(point, radius: 5, .accent, opacity: 1))
        }
        return shapes
    }

    private static func isNext(_ stop: DayStop) -> Bool { stop.state.tone == .accent }

    private static func color(_ tone: Tone) -> MapColor {
        switch tone {
        case .accent: .accent
        case .faded: .faded
        case .plain, .warning, .good: .primary
        }
    }

    private static func land(_ ground: [Ground], _ map: Projection) -> [MapShape] {
        ground.map { part in
            let points = part.points.map(map.point)
            let line = { (color: MapColor, widthM: Double, least: Double) in
                MapShape.line(points, color, width: max(map.points(metres: widthM), least), opacity: 1)
            }
            return switch part.kind {
            case .sea: .area(points, .water, opacity: 1)
            case .park: .area(points, .park, opacity: 1)
            case .river: line(.water, 24, 4)
            case .pier: line(.building, 10, 3)
            case .rail: line(.rail, 5, 2)
            case .lane: line(.street, 6, 2)
            case .street: line(.street, 10, 3)
            case .main: line(.street, 16, 5)
            }
        }
    }

    private static func scaleBar(_ length: Double, _ label: String, width: Double, height: Double) -> [MapShape] {
        guard length >= 16, length <= width * 0.6 else { return [] }
        let (left, right, bottom) = (12.0, 12 + length, height - 10)
        let bar = [
            PicturePoint(x: left, y: bottom - 4), PicturePoint(x: left, y: bottom), PicturePoint(x: right, y: bottom),
            PicturePoint(x: right, y: bottom - 4),
        ]
        return [
            .line(bar, .ink, width: 2, opacity: 1),
            .label(label, PicturePoint(x: left + length / 2, y: bottom - 10), size: 11, .ink),
        ]
    }
}
