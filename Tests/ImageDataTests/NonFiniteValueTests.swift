import ImageFiles
import TensorCore
import Testing

@testable import ImageData

/// Values that no image can hold have a pixel all the same, and are refused where they would be a result.
@Suite struct NonFiniteValueTests {
    private let odd: [Float] = [.nan, -.nan, .infinity, -.infinity, 1e30, -1e30, 0.5, 1, 0]

    @Test func planesBecomePixels() {
        let plane = PlanarImage(width: 3, height: 3, channels: 1, values: odd)
        #expect(plane.image.samples == .bits8([0, 0, 255, 0, 255, 0, 128, 255, 0]))
        #expect(plane.roundedTo8Bits().values.allSatisfy { (0...1).contains($0) })
        let gray = GrayPlane(width: 3, height: 3, values: odd)
        #expect(gray.image.samples == .bits8([0, 0, 255, 0, 255, 0, 128, 255, 0]))
    }

    @Test func tensorsBecomePixels() {
        let tensor = Tensor(odd, shape: [1, 1, 3, 3])
        #expect(Image(tensor).samples == .bits8([128, 128, 255, 0, 255, 0, 191, 255, 128]))
        #expect(Image(tensor, bitDepth: 16).width == 3)
    }

    @Test func sketchingSurvivesThem() {
        let gray = GrayPlane(width: 3, height: 3, values: odd)
        // The nearest pixels stand for places that are nowhere.
        _ = gray.sample(.nan, .infinity)
        _ = EdgeLines(smoothing: 0, weakShare: .nan, strongShare: .infinity, shortest: 1).find(in: gray)
        #expect(EdgeLines.drawn([true], width: 1, height: 1, lineWidth: 1e30).values == [0])
    }

    @Test func resultsAreRefusedByName() throws {
        for value: Float in [.nan, .infinity, -.infinity] {
            let result = Tensor([0, value, 0.25], shape: [1, 3, 1, 1])
            #expect(throws: NonFiniteResult(of: "a.png")) { try result.checkedFinite(of: "a.png") }
            #expect("\(NonFiniteResult(of: "a.png"))".hasPrefix("a.png: the model's result is not finite"))
        }
        #expect(try Tensor([1e38, -1e38], shape: [2]).checkedFinite().count == 2)
    }
}
