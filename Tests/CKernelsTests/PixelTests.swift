import CKernels
import Testing

/// Pixels of channels-last arrays rearranged, also in parts of wider arrays.
@Suite struct PixelTests {
    private struct Sizes {
        let rows: Int
        let width: Int
        let channels: Int
        let factor: Int
        /// Floats beyond the channels of each pixel.
        let wider: Int

        var folded: Int { channels * factor * factor }
    }

    private let cases = [
        Sizes(rows: 3, width: 5, channels: 3, factor: 4, wider: 0),
        Sizes(rows: 2, width: 3, channels: 3, factor: 2, wider: 2),
        Sizes(rows: 4, width: 1, channels: 17, factor: 2, wider: 3),
        Sizes(rows: 1, width: 7, channels: 2, factor: 3, wider: 1),
        Sizes(rows: 2, width: 2, channels: 5, factor: 1, wider: 0),
    ]

    @Test func shuffledPixelsLieWhereTheyShould() {
        for s in cases {
            let (xPixel, yPixel) = (s.folded + s.wider, s.channels + s.wider)
            let x = numbers(s.rows * s.width * xPixel, 1)
            let base = numbers(s.rows * s.width * yPixel, 2)
            var y = [Float](repeating: -1, count: s.rows * s.width * s.factor * s.factor * yPixel)
            ck_pixel_shuffle(
                x, Int64(xPixel), Int64(s.rows), Int64(s.width), Int64(s.channels), Int64(s.factor), base,
                Int64(yPixel), &y, Int64(yPixel))
            var wrong = 0
            forEachPixel(s) { row, column, small in
                let place = (row * s.width * s.factor + column) * yPixel
                for c in 0..<s.channels {
                    let source = (c * s.factor + row % s.factor) * s.factor + column % s.factor
                    if y[place + c] != x[small * xPixel + source] + base[small * yPixel + c] { wrong += 1 }
                }
                wrong += (s.channels..<yPixel).filter { y[place + $0] != -1 }.count
            }
            #expect(wrong == 0)
        }
    }

    @Test func unshufflingUndoesShuffling() {
        for s in cases {
            let x = numbers(s.rows * s.width * s.folded, 3)
            var (y, again) = (x, x)
            ck_pixel_shuffle(
                x, Int64(s.folded), Int64(s.rows), Int64(s.width), Int64(s.channels), Int64(s.factor), nil, 0, &y,
                Int64(s.channels))
            ck_pixel_unshuffle(y, Int64(s.rows), Int64(s.width), Int64(s.channels), Int64(s.factor), &again)
            #expect(again == x)
        }
    }

    @Test func upscalingRepeatsPixels() {
        for s in cases {
            let pixel = s.channels + s.wider
            let x = numbers(s.rows * s.width * pixel, 4)
            var y = [Float](repeating: -1, count: s.rows * s.width * s.factor * s.factor * s.channels)
            ck_upsample_nearest(
                x, Int64(pixel), Int64(s.rows), Int64(s.width), Int64(s.channels), Int64(s.factor), &y,
                Int64(s.channels))
            var wrong = 0
            forEachPixel(s) { row, column, small in
                let place = (row * s.width * s.factor + column) * s.channels
                for c in 0..<s.channels where y[place + c] != x[small * pixel + c] { wrong += 1 }
            }
            #expect(wrong == 0)
        }
    }

    /// Every row and column of the larger image, with the number of the smaller image's pixel that they fall on.
    private func forEachPixel(_ s: Sizes, _ body: (Int, Int, Int) -> Void) {
        for row in 0..<s.rows * s.factor {
            for column in 0..<s.width * s.factor { body(row, column, row / s.factor * s.width + column / s.factor) }
        }
    }

    private func numbers(_ count: Int, _ seed: Int) -> [Float] { (0..<count).map { Float(($0 * 7 + seed) % 101) } }
}
