import Foundation
import ImageData
import Layers
import Models
import TensorCore
import TestSupport
import Testing
import Training

@testable import SuperResolution

/// The loss of Liang et al. 2022, compared with a formula in doubles.
@Suite struct ArtifactLossTests {
    private func images(_ seed: UInt64) -> Tensor { Random(seed: seed).uniform([2, 3, 10, 12]) }

    /// The weights, pixel by pixel.
    private func expected(_ made: Tensor, _ photos: Tensor, _ steady: Tensor) -> [Double] {
        let (height, width, area) = (10, 12, 120)
        func residual(_ x: Tensor, _ number: Int) -> [Double] {
            (0..<area).map { pixel in
                (0..<3).reduce(0) { sum, channel in
                    let place = (number * 3 + channel) * area + pixel
                    return sum + abs(Double(photos.values[place]) - Double(x.values[place]))
                }
            }
        }
        func variance(_ values: [Double]) -> Double {
            let mean = values.reduce(0, +) / Double(values.count)
            return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)
        }
        func mirrored(_ place: Int, _ length: Int) -> Int {
            let place = abs(place)
            return place < length ? place : 2 * (length - 1) - place
        }
        return (0..<2).flatMap { number -> [Double] in
            let (own, other) = (residual(made, number), residual(steady, number))
            let whole = pow(variance(own), 0.2)
            return (0..<area).map { pixel in
                guard own[pixel] >= other[pixel] else { return 0 }
                let (x, y) = (pixel % width, pixel / width)
                let window = (-3...3).flatMap { dy in
                    (-3...3).map { dx in own[mirrored(y + dy, height) * width + mirrored(x + dx, width)] }
                }
                return whole * variance(window)
            }
        }
    }

    @Test func weightsAreThoseOfTheFormula() {
        let (made, photos, steady) = (images(1), images(2), images(3))
        let found = artifactWeights(made, photos, steady: steady)
        #expect(found.shape == [2, 1, 10, 12])
        let wanted = expected(made, photos, steady)
        for (a, b) in zip(found.values, wanted) { #expect(abs(Double(a) - b) < 1e-5) }
        #expect(wanted.contains(0) && wanted.contains { $0 > 0.05 })
    }

    @Test func theLossIsTheWeightedDifference() {
        let (made, photos, steady) = (images(1), images(2), images(3))
        let weights = expected(made, photos, steady)
        var sum = 0.0
        for place in 0..<720 {
            let weight = weights[place / 360 * 120 + place % 120]
            sum += weight * abs(Double(made.values[place]) - Double(photos.values[place]))
        }
        #expect(abs(Double(artifactLoss(made, photos, steady: steady).item) - sum / 720) < 1e-6)
    }

    /// The weights count as constants, as in the paper's program.
    @Test func theGradientIsThatOfTheDifference() throws {
        let (made, photos, steady) = (images(1).requiringGradient(), images(2), images(3))
        let gradient = try #require(gradients(of: artifactLoss(made, photos, steady: steady), at: [made])[0])
        let weights = expected(made, photos, steady)
        for place in 0..<720 {
            let sign: Double = made.values[place] > photos.values[place] ? 1 : -1
            let wanted = sign * weights[place / 360 * 120 + place % 120] / 720
            #expect(abs(Double(gradient.values[place]) - wanted) < 1e-6)
        }
    }

    @Test func nothingIsAskedWhereTheAverageIsWorse() {
        let (photos, made) = (images(2), images(1))
        let worse = photos + (made - photos).scaled(by: 1.5)
        #expect(artifactLoss(made, photos, steady: worse).item == 0)
        #expect(artifactLoss(photos, photos, steady: photos).item == 0)
    }

    // MARK: Training

    private func configuration() -> SuperResolutionConfiguration {
        var configuration = SuperResolutionConfiguration()
        configuration.generator = UpscalerArchitecture(.span)
        (configuration.generator.scale, configuration.generator.features) = (2, 4)
        var settings = UpscalerTrainingSettings(for: configuration.generator)
        (settings.frame.scale, settings.frame.cropSize) = (2, 16)
        (settings.pixel.steps, settings.adversarial.steps) = (2, 3)
        settings.adversarial.discriminator.width = 2
        settings.adversarial.artifactWeight = 1
        configuration.training = settings
        return configuration
    }

    @Test func theSecondStageLearnsWithIt() throws {
        let configuration = configuration()
        try configuration.check()
        func task() -> SuperResolutionTask {
            SuperResolutionTask(
                configuration,
                batch: {
                    let large = Random(seed: 7, stream: UInt64($0)).uniform([2, 3, 16, 16])
                    return UpscalingBatch(small: large.averagePooled(window: 2), large: large)
                }, name: "steady")
        }
        let straight = task()
        var losses: [String] = []
        for number in 1...4 { losses = try straight.step(number, measuring: false).losses.map(\.name) }
        #expect(losses.contains("artifacts"))
        // A run that goes on makes the same images of the average.
        let second = task()
        for number in 1...3 { _ = try second.step(number, measuring: false) }
        let third = task()
        try third.restore(second.checkpoint())
        _ = try third.step(4, measuring: false)
        let (a, b) = (straight.checkpoint(), third.checkpoint())
        for (name, tensor) in a.tensors { #expect(b.tensors[name]?.values == tensor.values, "\(name)") }
    }

    @Test func anAverageIsNeeded() {
        var configuration = configuration()
        configuration.training?.averageDecay = 0
        #expect(throws: ParameterError.self) { try configuration.check() }
    }
}
