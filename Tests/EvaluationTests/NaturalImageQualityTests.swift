import Foundation
import Layers
import TensorCore
import TestSupport
import Testing

@testable import Evaluation

/// NIQE against BasicSR's, and where there is none.
@Suite struct NaturalImageQualityTests {
    private let quality: NaturalImageQuality

    init() throws {
        let weights = Fixtures.packageFolder + "/Models/niqe/model.safetensors"
        quality = try NaturalImageQuality(.init(), try Safetensors.open(weights).tensors)
    }

    /// The image that `Recipes/naturalness.py` draws: noise of cells of 64, 16, 4 and 1 pixels.
    private func image(width: Int, height: Int, seed: Int, flat: Int) -> PixelPlanes {
        func lattice(_ x: Int, _ y: Int, _ channel: Int, _ octave: Int) -> Int {
            var h = x &* 374_761_393 &+ y &* 668_265_263 &+ channel &* 2_147_483_647
            h = (h &+ octave &* 1_274_126_177 &+ seed &* 97) & 0xFFFF_FFFF
            h = ((h ^ (h >> 13)) &* 1_103_515_245) & 0xFFFF_FFFF
            return ((h ^ (h >> 16)) >> 4) & 255
        }
        let planes = (0..<3).map { channel in
            (0..<width * height).map { pixel -> Double in
                let (x, y) = (pixel % width, pixel / width)
                if x < flat { return 120 }
                var sum = 0
                for (octave, weight) in [(6, 32), (4, 16), (2, 10), (0, 6)] {
                    let size = 1 << octave
                    let (column, across, row, down) = (x / size, x % size, y / size, y % size)
                    var value = (size - across) * (size - down) * lattice(column, row, channel, octave)
                    value += across * (size - down) * lattice(column + 1, row, channel, octave)
                    value += (size - across) * down * lattice(column, row + 1, channel, octave)
                    value += across * down * lattice(column + 1, row + 1, channel, octave)
                    sum += weight * value * (4096 >> (2 * octave))
                }
                return Double(sum / (64 * 4096))
            }
        }
        return PixelPlanes(width: width, height: height, planes: planes)
    }

    @Test func agreesWithBasicSR() throws {
        let cases = try KnownAnswer.cases(of: "naturalness")
        #expect(cases.count == 3)
        for answer in cases {
            let (width, height) = (try answer.integer("width"), try answer.integer("height"))
            let drawn = image(
                width: width, height: height, seed: try answer.integer("seed"), flat: try answer.integer("flat"))
            let corner = drawn.cropped(x: width - 7, y: height - 5, width: 7, height: 5)
            #expect(corner.planes.joined().elementsEqual(try answer.tensor("corner").scalars.map(Double.init)))
            let inner = try #require(drawn.shaved(by: try answer.integer("border")))
            let niqe = try #require(quality.distance(of: inner))
            #expect(abs(niqe - (try answer.number("niqe"))) < 3e-4, "\(answer): \(niqe)")
        }
    }

    @Test func noiseMakesItWorse() throws {
        let plain = image(width: 192, height: 96, seed: 4, flat: 0)
        let noisy = plain.planes.enumerated().map { channel, plane in
            zip(plane, Random(seed: UInt64(channel)).normal([plane.count]).values).map {
                min(max($0 + 60 * Double($1), 0), 255)
            }
        }
        let before = try #require(quality.distance(of: plain))
        let after = try #require(quality.distance(of: PixelPlanes(width: 192, height: 96, planes: noisy)))
        #expect(after > before + 1)
    }

    @Test func whatHasNoStatisticsHasNoFigure() throws {
        let small = image(width: 300, height: 95, seed: 1, flat: 0)
        #expect(quality.distance(of: small) == nil)
        for level in [0.0, 120, 255] {
            let flat = PixelPlanes(width: 200, height: 100, planes: [[Double](repeating: level, count: 20_000)])
            #expect(quality.distance(of: flat) == nil)
        }
        // A single block has no covariance of its own.
        let one = try #require(quality.distance(of: image(width: 96, height: 100, seed: 1, flat: 0)))
        #expect(one.isFinite && one > 0)
        // Flat blocks beside others count in the shapes alone.
        let beside = try #require(quality.distance(of: image(width: 192, height: 96, seed: 1, flat: 100)))
        #expect(beside.isFinite && beside > 0)
    }

    @Test func distributionsAreFound() {
        // E[|x|]² / E[x²] of a normal distribution is 2/π, which is shape 2; of Laplace's ½, which is shape 1.
        // A side three times as wide has three times as many values.
        let normal = Random(seed: 1).normal([40_000]).values.map { abs(Double($0)) }
        let fitted = AsymmetricGaussian(fitting: normal.enumerated().map { $0 % 4 == 0 ? $1 : -3 * $1 })
        #expect(abs(fitted.shape - 2) < 0.05 && abs(fitted.left / fitted.right - 3) < 0.1)
        #expect(abs(fitted.right - 2.0.squareRoot()) < 0.05 && fitted.mean < 0)
        let laplace = (0..<20_000).flatMap { place -> [Double] in
            let value = -log(1 - (Double(place) + 0.5) / 20_000)
            return [value, -value]
        }
        #expect(abs(AsymmetricGaussian(fitting: laplace).shape - 1) < 0.01)
        #expect(AsymmetricGaussian(fitting: [1, 2, 3]).shape == 0.2)
    }

    @Test func otherTensorsAreRefused() {
        #expect(throws: NaturalImageQuality.Misfit.self) { try NaturalImageQuality(.init(), [:]) }
        #expect(throws: NaturalImageQuality.Misfit.self) {
            try NaturalImageQuality(.init(), ["mean": .zeros([36]), "covariance": .zeros([6, 36])])
        }
    }
}
