import ImageFiles
import TestSupport
import Testing

@testable import ImageData

/// Resizing as MATLAB and as PyTorch without antialiasing do it, against answers of independent programs.
@Suite struct MatlabResizeTests {
    static let resizing = (try? KnownAnswer.cases(of: "degradations"))?.filter { $0.operation == "imresize" } ?? []
    static let interpolation = (try? KnownAnswer.cases(of: "degradations"))?.filter { $0.operation == "plainly" } ?? []

    private func image(_ values: KnownAnswer.Values) -> PlanarImage {
        PlanarImage(
            width: values.shape[2], height: values.shape[1], channels: values.shape[0], values: values.scalars)
    }

    private func largestDifference(_ a: PlanarImage, _ b: PlanarImage) -> Float {
        guard a.width == b.width, a.height == b.height, a.channels == b.channels else { return .infinity }
        return zip(a.values, b.values).map { abs($0 - $1) }.max() ?? 0
    }

    @Test(arguments: resizing) func agreesWithMatlab(_ answer: KnownAnswer) throws {
        let made = image(try answer.tensor("input")).imresized(by: try answer.number("scale"))
        #expect(largestDifference(made, image(try answer.tensor("output"))) < 1e-5)
    }

    @Test(arguments: interpolation) func plainResizingAgreesWithPyTorch(_ answer: KnownAnswer) throws {
        let ways: [String: PlainResize] = ["area": .area, "bilinear": .bilinear, "bicubic": .bicubic]
        let way = try #require(ways[try answer.text("mode")])
        let size = try answer.integers("size")
        let made = image(try answer.tensor("input")).resized(width: size[1], height: size[0], plainly: way)
        #expect(largestDifference(made, image(try answer.tensor("output"))) < 1e-5)
    }

    @Test func thereAreAnswers() {
        #expect(Self.resizing.count == 8 && Self.interpolation.count == 9)
    }

    @Test func eightBitsAreRoundedOnceAtTheEnd() throws {
        let answer = try #require(Self.resizing.first)
        let input = image(try answer.tensor("input"))
        let area = input.width * input.height
        let image = PlanarImage(
            width: input.width, height: input.height, channels: 1, values: Array(input.values.prefix(area))
        ).image
        let exact = PlanarImage(image).imresized(by: try answer.number("scale"))
        let rounded = PlanarImage(image.imresized(by: try answer.number("scale")))
        #expect(largestDifference(exact.roundedTo8Bits(), rounded) < 1e-6)
        #expect(largestDifference(exact, rounded) <= 0.5001 / 255)
    }

    @Test func aPartIsMadeSmallAsInTheWhole() {
        let whole = PlanarImage(
            width: 64, height: 48, channels: 1, values: (0..<64 * 48).map { Float($0 * 37 % 101) / 101 })
        let small = whole.imresized(by: 0.25)
        // Two small pixels of surroundings are all that a small pixel depends on.
        let part = whole.cropped(x: 8, y: 4, width: 40, height: 36).imresized(by: 0.25)
        let inner = part.cropped(x: 2, y: 2, width: 6, height: 5)
        #expect(largestDifference(inner, small.cropped(x: 4, y: 3, width: 6, height: 5)) < 1e-6)
    }
}
