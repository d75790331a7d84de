import TensorCore
import TestSupport
import Testing

@testable import ImageData

@Suite struct DegradationTests {
    private func answers(_ operation: String) throws -> [KnownAnswer] {
        try KnownAnswer.cases(of: "degradations").filter { $0.operation == operation }
    }

    private func dice(_ seed: UInt64 = 1) -> Dice { Dice(Random(seed: seed)) }

    /// Waves and an edge, in three different channels.
    private func image(_ width: Int, _ height: Int) -> PlanarImage {
        let values = (0..<3 * width * height).map { index -> Float in
            let (x, y, c) = (index % width, index / width % height, index / (width * height))
            return Float((x * (3 + c) + y * 5) % 32) / 40 + (x > width / 2 ? 0.15 : 0)
        }
        return PlanarImage(width: width, height: height, channels: 3, values: values)
    }

    @Test func kernelsAgreeWithNumPy() throws {
        let kernels = try answers("kernel")
        #expect(kernels.count == 6)
        for answer in kernels {
            let beta = try answer.number("beta")
            let profiles: [String: BlurKernel.Profile] = [
                "gaussian": .gaussian, "generalized": .generalized(beta: beta), "plateau": .plateau(beta: beta),
            ]
            let deviations = try answer.tensor("weights").shape[0] == 7 ? (1.3, 1.3) : (2.5, 0.6)
            let kernel = BlurKernel(
                try #require(profiles[try answer.text("profile")]), side: try answer.integer("side"),
                deviations: deviations, angle: try answer.number("angle"))
            for (ours, known) in zip(kernel.weights, try answer.tensor("weights").scalars) {
                #expect(abs(ours - known) < 1e-6, "\(answer)")
            }
        }
        for answer in try answers("sinc") {
            let kernel = BlurKernel(sincSide: try answer.integer("side"), cutoff: try answer.number("cutoff"))
            for (ours, known) in zip(kernel.weights, try answer.tensor("weights").scalars) {
                #expect(abs(ours - known) < 1e-6, "\(answer)")
            }
        }
    }

    @Test func drawnKernelsAddUpToOneAndVary() {
        let dice = dice()
        let choice = BlurChoice(deviations: 0.2...3)
        var sides: Set<Int> = []
        var ringing = 0
        for _ in 0..<300 {
            let kernel = choice.kernel(dice)
            sides.insert(kernel.side)
            ringing += kernel.weights.contains { $0 < -1e-4 } ? 1 : 0
            #expect(abs(kernel.weights.reduce(0, +) - 1) < 1e-4)
        }
        #expect(sides == Set(BlurChoice.sides))
        #expect((10...60).contains(ringing), "a tenth are low-pass filters")
    }

    @Test func blurKeepsPlainImagesAndMovesPoints() {
        let plain = PlanarImage(width: 9, height: 4, channels: 1, values: [Float](repeating: 0.4, count: 36))
        let kernel = BlurKernel(.gaussian, side: 21, deviations: (3, 1), angle: 0.3)
        #expect(plain.blurred(by: kernel).values.allSatisfy { abs($0 - 0.4) < 1e-5 })
        var point = PlanarImage(width: 9, height: 9, channels: 1, values: [Float](repeating: 0, count: 81))
        point.values[4 * 9 + 4] = 1
        let small = BlurKernel(.gaussian, side: 7, deviations: (2, 0.7), angle: 0.5)
        let spread = point.blurred(by: small)
        for y in 0..<7 {
            for x in 0..<7 { #expect(spread.values[(y + 1) * 9 + x + 1] == small.weights[y * 7 + x]) }
        }
    }

    @Test(arguments: [0.3, 4, 9.5, 30, 200] as [Float]) func poissonNumbersHaveTheirMeanAndVariance(_ mean: Float) {
        let dice = dice(3)
        let draws = (0..<4000).map { _ in Double(dice.poisson(mean)) }
        let average = draws.reduce(0, +) / 4000
        let variance = draws.reduce(0) { $0 + ($1 - average) * ($1 - average) } / 4000
        #expect(abs(average - Double(mean)) < 5 * (Double(mean) / 4000).squareRoot())
        #expect(abs(variance / Double(mean) - 1) < 0.15)
        #expect(draws.allSatisfy { $0 >= 0 && $0 == $0.rounded() })
    }

    @Test func normalNumbersAreNormal() {
        let dice = dice(4)
        let draws = (0..<4000).map { _ in Double(dice.normal()) }
        #expect(abs(draws.reduce(0, +) / 4000) < 0.08)
        #expect(abs(draws.reduce(0) { $0 + $1 * $1 } / 4000 - 1) < 0.1)
    }

    @Test func noiseHasItsStrengthAndGrayNoiseIsAlikeInAllChannels() {
        let image = PlanarImage(
            width: 40, height: 40, channels: 3, values: [Float](repeating: 0.5, count: 4800))
        func deviation(_ noisy: PlanarImage) -> Float {
            (noisy.values.reduce(0) { $0 + ($1 - 0.5) * ($1 - 0.5) } / 4800).squareRoot() * 255
        }
        let colored = SensorNoise.gaussian(20 / 255, isGray: false, image, dice())
        #expect(abs(deviation(colored) - 20) < 1)
        let gray = SensorNoise.gaussian(20 / 255, isGray: true, image, dice())
        #expect(Array(gray.values[0..<1600]) == Array(gray.values[1600..<3200]))
        #expect(Array(colored.values[0..<1600]) != Array(colored.values[1600..<3200]))
        let weak = SensorNoise.shot(0.5, isGray: false, image, dice())
        let strong = SensorNoise.shot(1, isGray: false, image, dice())
        #expect(deviation(weak) > 1 && deviation(strong) > 1.5 * deviation(weak))
    }

    @Test func practicalDegradationIsSeededAndStaysInRange() {
        let large = image(64, 48)
        func small(_ stream: UInt64) -> PlanarImage {
            Degradation.practical.small(of: large, scale: 4, random: Random(seed: 5, stream: stream))
        }
        #expect(small(1) == small(1))
        var different: Set<[Float]> = []
        for stream in 0..<12 {
            let made = small(UInt64(stream))
            #expect(made.width == 16 && made.height == 12 && made.channels == 3)
            for value in made.values {
                #expect(value >= 0 && value <= 1 && abs(value * 255 - (value * 255).rounded()) < 1e-3)
            }
            different.insert(made.values)
        }
        #expect(different.count == 12)
    }

    @Test func practicalDegradationKeepsTheBrightness() {
        let large = image(64, 64)
        let mean = large.values.reduce(0, +) / Float(large.values.count)
        let means = (0..<24 as Range<UInt64>).map { stream -> Float in
            let small = Degradation.practical.small(of: large, scale: 2, random: Random(seed: 6, stream: stream))
            return small.values.reduce(0, +) / Float(small.values.count)
        }
        #expect(abs(means.reduce(0, +) / 24 - mean) < 0.03)
    }
}
