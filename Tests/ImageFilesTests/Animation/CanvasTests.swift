import Testing

@testable import ImageFiles

/// How frames of animations are put together.
@Suite struct CanvasTests {
    private typealias Frame = AnimationOutline.Frame

    private func dot(_ samples: [UInt8]) -> Image {
        Image(width: 1, height: 1, channels: samples.count, samples8: samples)
    }

    private func place(_ x: Int, _ disposal: AnimationOutline.Disposal = .stays, isBlended: Bool = true) -> Frame {
        var frame = Frame()
        (frame.x, frame.width, frame.height) = (x, 1, 1)
        (frame.disposal, frame.isBlended) = (disposal, isBlended)
        return frame
    }

    private func shown(_ image: Image) -> [UInt8] {
        guard case .bits8(let samples) = image.samples else { return [] }
        return samples
    }

    @Test func framesStayAreClearedOrTakenBack() throws {
        var canvas = AnimationCanvas(width: 3, height: 1, channels: 2, bitDepth: 8)
        #expect(shown(try canvas.drawing(dot([10, 255]), place(0), name: "")) == [10, 255, 0, 0, 0, 0])
        #expect(shown(try canvas.drawing(dot([20, 255]), place(1, .cleared), name: "")) == [10, 255, 20, 255, 0, 0])
        #expect(shown(try canvas.drawing(dot([30, 255]), place(0, .restored), name: "")) == [30, 255, 0, 0, 0, 0])
        #expect(shown(try canvas.drawing(dot([40, 255]), place(2), name: "")) == [10, 255, 0, 0, 40, 255])
    }

    @Test func alphaIsBlendedOrReplaces() throws {
        var canvas = AnimationCanvas(width: 1, height: 1, channels: 4, bitDepth: 8)
        _ = try canvas.drawing(dot([200, 100, 0, 255]), place(0), name: "")
        #expect(shown(try canvas.drawing(dot([0, 0, 0, 0]), place(0), name: "")) == [200, 100, 0, 255])
        let half = try canvas.drawing(dot([0, 0, 200, 128]), place(0), name: "")
        #expect(shown(half) == [100, 50, 100, 255])
        #expect(shown(try canvas.drawing(dot([7, 8, 9, 0]), place(0, isBlended: false), name: "")) == [7, 8, 9, 0])
        // Over nothing, a half stays a half.
        #expect(shown(try canvas.drawing(dot([50, 60, 70, 128]), place(0), name: "")) == [50, 60, 70, 128])
    }

    @Test func whatLiesOutsideIsCutOff() throws {
        var canvas = AnimationCanvas(width: 2, height: 1, channels: 1, bitDepth: 8)
        var frame = place(1)
        (frame.width, frame.height) = (3, 2)
        let image = Image(width: 3, height: 2, channels: 1, samples8: [1, 2, 3, 4, 5, 6])
        #expect(shown(try canvas.drawing(image, frame, name: "")) == [0, 1])
        frame.disposal = .cleared
        #expect(shown(try canvas.drawing(image, frame, name: "")) == [0, 1])
    }

    @Test func framesOfOtherKindsAreRefused() {
        var canvas = AnimationCanvas(width: 1, height: 1, channels: 3, bitDepth: 8)
        #expect(throws: ImageError.corrupt(file: "a", reason: "its frames are of several kinds")) {
            try canvas.drawing(Image(width: 1, height: 1, channels: 3, samples16: [1, 2, 3]), place(0), name: "a")
        }
    }
}
