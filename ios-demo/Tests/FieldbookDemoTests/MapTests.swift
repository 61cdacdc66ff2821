import Fieldbook
import Foundation
import FieldbookDemo
import Testing

@Suite struct MapTests {
    @Test func allPlacesAreOnThePictureAndNorthIsUp() throws {
        let places = [Place(lat: 50.72, lon: -2.85), Place(lat: 50.74, lon: -2.81), Place(lat: 50.73, lon: -2.83)]
        let map = try #require(Projection(around: places, width: 300, height: 200, margin: 20))
        let points = places.map(map.point)
        for point in points { #expect((19.9...280.1).contains(point.x) && (19.9...180.1).contains(point.y)) }
        #expect(points[0].y > points[1].y && points[0].x < points[1].x)
        #expect(Projection(around: [], width: 300, height: 200, margin: 20) == nil)
    }

    @Test func onePlaceIsInTheMiddleAndTheMapNotInfinitelyLarge() throws {
        let map = try #require(Projection(around: [Place(lat: 0, lon: 0)], width: 400, height: 200, margin: 0))
        #expect(map.point(Place(lat: 0, lon: 0)) == PicturePoint(x: 200, y: 100))
        #expect(abs(map.points(metres: 400) - 400) < 1e-6)
    }

    @Test func numbersThatWouldCoverEachOtherArePartedAndOthersStay() {
        let far = PicturePoint(x: 200, y: 200)
        let moved = spread([PicturePoint(x: 10, y: 10), PicturePoint(x: 10, y: 10), far], apart: 24)
        let (dx, dy) = (moved[0].x - moved[1].x, moved[0].y - moved[1].y)
        #expect((dx * dx + dy * dy).squareRoot() > 23.9 && moved[2] == far)
    }

    @Test func theGroundOfTheSampleIsReadAndALineThatIsNoneLeftOut() throws {
        let ground = Ground.read(CheckoutSample().file("streets.csv"))
        #expect(ground.count == 37 && ground.contains { $0.kind == .sea })
        let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).csv")
        let text = "name,kind,points\nA,street,\"1,2 3,4\"\nB,canal,\"1,2 3,4\"\nC,street,\"here\"\nD"
        try text.write(to: file, atomically: true, encoding: .utf8)
        #expect(Ground.read(file).map(\.points.count) == [2])
        #expect(Ground.read(file.appending(path: "nothing")).isEmpty)
    }
}
