import ImageData
import ImageFiles
import Layers
import TensorCore
import Testing

@testable import Evaluation

@Suite struct ColorPlausibilityTests {
    /// A frame of lines: inside it are 10·10 pixels.
    private var regions: DrawingRegions {
        let samples = (0..<256).map { i -> UInt8 in
            let distance = max(abs(2 * (i % 16) - 15), abs(2 * (i / 16) - 15))
            return distance == 11 ? 0 : 255
        }
        return DrawingRegions(of: Image(width: 16, height: 16, channels: 1, samples8: samples))
    }

    private func image(_ color: (_ x: Int, _ y: Int) -> [UInt8]) -> Image {
        Image(width: 16, height: 16, channels: 3, samples8: (0..<256).flatMap { color($0 % 16, $0 / 16) })
    }

    private let red: [UInt8] = [200, 30, 30]
    private let blue: [UInt8] = [30, 30, 200]

    @Test func oneOfTheSimilarTargetsIsEnough() throws {
        var halves = ColorPlausibility()
        halves.add(
            image { x, _ in x < 8 ? red : [30, 200, 30] }, target: image { _, _ in red }, regions: regions,
            candidates: [image { _, _ in blue }, image { _, _ in [205, 35, 28] }])
        #expect(try #require(halves.figures).plausible == 0.5)
        var none = ColorPlausibility()
        none.add(image { _, _ in red }, target: image { _, _ in red }, regions: regions, candidates: [])
        #expect(try #require(none.figures).plausible == 0)
    }

    @Test func deviationsAreThoseWithinRegions() throws {
        var measured = ColorPlausibility()
        let stripes = image { x, y in (5..<11).contains(x) && y % 2 == 0 ? [110, 50, 50] : [90, 50, 50] }
        measured.add(stripes, target: image { _, _ in red }, regions: regions, candidates: [])
        let figures = try #require(measured.figures)
        let share = 0.5 * 6 / 10
        let expected = ((share * (1 - share) * 400) / 3).squareRoot()
        #expect(abs(figures.deviation - expected) < 1e-9 && figures.targetDeviation == 0)
    }

    @Test func thePaperAroundDoesNotCount() {
        let open = DrawingRegions(
            of: Image(width: 16, height: 16, channels: 1, samples8: [UInt8](repeating: 255, count: 256)))
        var measured = ColorPlausibility()
        measured.add(image { _, _ in red }, target: image { _, _ in blue }, regions: open, candidates: [])
        #expect(measured.figures == nil)
    }

    @Test func similarInputsComeInTheOrderOfTheirDistance() {
        func bar(at x: Int) -> Image {
            Image(width: 64, height: 64, channels: 1, samples8: (0..<4096).map { abs($0 % 64 - x) < 3 ? 0 : 255 })
        }
        var memory = NearestInput(mirrors: true)
        for (index, place) in [10, 30, 14, 56].enumerated() { memory.learn(bar(at: place), index: index) }
        let found = memory.matches(bar(at: 11), count: 3)
        #expect(found.map(\.index) == [0, 2, 3] && found.map(\.isMirrored) == [false, false, true])
        #expect(memory.matches(bar(at: 11), count: 9).count == 4)
    }
}

@Suite struct FeatureDistanceTests {
    /// The image itself, and its halves.
    private final class Halves: PerceptualNetwork, Sendable {
        func perceptualFeatures(_ images: Tensor, _ mode: ForwardMode) -> [(features: Tensor, weight: Float)] {
            [(images, 1), (images.averagePooled(window: 2), 1)]
        }
    }

    private func image(_ seed: UInt64) -> Image {
        Image(
            width: 4, height: 2, channels: 3, samples8: Random(seed: seed).integers(24, in: 0..<256).map { UInt8($0) })
    }

    @Test func equalImagesHaveNone() {
        let distance = FeatureDistance(Halves())
        #expect(distance(image(1), image(1)) == 0)
        #expect(distance(image(1), image(2)) > 0)
    }

    @Test func itIsTheFormula() {
        let sides = [image(1), image(2)].map { image in
            PixelPlanes(image).planes.map { $0.map { $0 / 255 } }
        }
        func level(_ planes: [[[Double]]]) -> Double {
            let count = planes[0][0].count
            return (0..<count).reduce(0) { sum, pixel in
                let vectors = planes.map { side -> [Double] in
                    let own = side.map { $0[pixel] }
                    let length = own.reduce(0) { $0 + $1 * $1 }.squareRoot()
                    return own.map { $0 / length }
                }
                return sum + zip(vectors[0], vectors[1]).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
            } / Double(count)
        }
        let halved = sides.map { side in
            side.map { plane in
                [0, 2].map { x in
                    let sums = [plane[x] + plane[x + 1], plane[4 + x] + plane[5 + x]]
                    return (sums[0] + sums[1]) / 4
                }
            }
        }
        let found = FeatureDistance(Halves())(image(1), image(2))
        #expect(abs(found - level(sides) - level(halved)) < 1e-5)
    }
}
