import Foundation
import TensorCore
import TestSupport
import Testing

@testable import StyleGAN

/// The augmentations for given parameters beside an independent implementation, and their draws.
@Suite struct AugmentationTests {
    private static let answers = Result { try KnownAnswer.cases(of: "styleAugmentation") }

    /// The rows of a stored matrix.
    private static func rows(_ name: String, _ answer: KnownAnswer) throws -> [[Double]] {
        let stored = try answer.tensor(name)
        return (0..<stored.shape[0]).map { row in
            stored.scalars[row * stored.shape[1]..<(row + 1) * stored.shape[1]].map { Double($0) }
        }
    }

    private static func maps(_ answer: KnownAnswer) throws -> [PlaneMap] {
        try rows("maps", answer).map { PlaneMap(a: $0[0], b: $0[1], c: $0[2], d: $0[3], e: $0[4], f: $0[5]) }
    }

    @Test func imagesAreAugmentedAsInThePaper() throws {
        let answers = try Self.answers.get()
        #expect(answers.count == 5)
        for answer in answers {
            let input = try answer.loaded("input").requiringGradient()
            let output: Tensor
            switch answer.operation {
            case "warp": output = Warp.apply(try Self.maps(answer), to: input)
            case "colors":
                let maps = try Self.rows("parameters", answer).map { numbers -> ColorMap in
                    ColorMap.axis(gray: 1, color: numbers[4]) * .hue(numbers[3])
                        * (numbers[2] > 0 ? .axis(gray: -1, color: 1) : .identity)
                        * .multiplying(by: numbers[1]) * .adding(numbers[0])
                }
                output = ColorMap.apply(maps, to: input)
            default: output = BandFilter.apply(try Self.rows("gains", answer), to: input)
            }
            #expect(try answer.difference("output", from: output) == nil)
            let loss = (output * (try answer.loaded("cotangent"))).sum()
            let slope = try #require(gradients(of: loss, at: [input])[0])
            #expect(try answer.difference("grad.input", from: slope) == nil)
        }
    }

    /// Sampling between pixels, with first and second derivatives, beside a formula in doubles.
    @Test func samplingCanBeDifferentiatedTwice() {
        let maps = [
            PlaneMap(a: 0.8, b: 0.3, c: -0.4, d: -0.2, e: 1.1, f: 0.7), PlaneMap(a: -1.2, c: 3.1, e: 0.5, f: -0.3),
        ]
        let check = DerivativeCheck(
            inputs: [TestValues.spread(-1.5...1.5).array(shape: [2, 2, 4, 5], seed: 3)],
            engine: { Warp.sampled($0[0].squared(), maps, height: 3, width: 6) },
            reference: { inputs in
                let x = inputs[0]
                var values: [Double] = []
                for image in 0..<2 {
                    for channel in 0..<2 {
                        for row in 0..<3 {
                            for column in 0..<6 {
                                let point = maps[image](Double(column), Double(row))
                                var sum = 0.0
                                for y in 0..<4 {
                                    for across in 0..<5 {
                                        let weight =
                                            max(0, 1 - abs(point.x - Double(across)))
                                            * max(0, 1 - abs(point.y - Double(y)))
                                        let value = x.values[((image * 2 + channel) * 4 + y) * 5 + across]
                                        sum += weight * value * value
                                    }
                                }
                                values.append(sum)
                            }
                        }
                    }
                }
                return ReferenceArray(shape: [2, 2, 3, 6], values: values)
            })
        for layout in [[false], [true]] { #expect(check.disagreements(channelsLast: layout) == []) }
    }

    /// The filter of doubling and halving is orthogonal: shifts by whole pixels are exact, and mirror the border.
    @Test func shiftsByWholePixelsAreExact() {
        let images = Random(seed: 1).normal([1, 2, 16, 16])
        let shifted = Warp.apply([.translation(2, -1)], to: images)
        let expected = images.padded(top: 1, bottom: 0, left: 0, right: 2, mode: .reflect)
            .slice(axis: 2, from: 0, count: 16).slice(axis: 3, from: 2, count: 16)
        #expect((shifted - expected).absolute().max(axes: [0, 1, 2, 3]).item < 1e-4)
    }

    /// The filter is nearly symmetric: mirrors and quarter turns are exact for smooth images.
    @Test func smoothImagesAreMirroredAndTurned() {
        let images = Random(seed: 1).normal([1, 2, 4, 4]).resized(height: 32, width: 32, .bicubic)
        func error(_ map: PlaneMap, _ expected: Tensor) -> Float {
            (Warp.apply([map], to: images) - expected).squared().mean().item / images.squared().mean().item
        }
        #expect(error(.scaling(-1, 1), images.flipped(axis: 3)) < 1e-3)
        // Each pixel shows the point a quarter turn further, from the columns to the rows.
        #expect(error(.rotation(.pi / 2), images.permuted([0, 1, 3, 2]).flipped(axis: 2)) < 1e-3)
    }

    @Test func imagesThatAreNotChangedStayAsTheyAre() {
        let images = Random(seed: 2).normal([3, 1, 8, 8])
        let moved = Warp.apply([.identity, .rotation(0.3), .identity], to: images)
        for index in [0, 2] {
            #expect(
                moved.slice(axis: 0, from: index, count: 1).values
                    == images.slice(axis: 0, from: index, count: 1).values)
        }
        #expect(moved.slice(axis: 0, from: 1, count: 1).values != images.slice(axis: 0, from: 1, count: 1).values)
        let none = AugmentationPipe(Set(AugmentationKind.allCases), probability: 0)
        #expect(none(images, Random(seed: 3)).values == images.values)
    }

    @Test(arguments: AugmentationKind.allCases) func everyKindChangesImagesByItself(kind: AugmentationKind) {
        let images = Random(seed: 4).normal([8, 3, 16, 16], deviation: 0.4)
        let pipe = AugmentationPipe([kind], probability: 1)
        let changed = pipe(images, Random(seed: 5))
        #expect(changed.shape == images.shape && changed.isFinite)
        #expect(changed.values != images.values)
        #expect(pipe(images, Random(seed: 5)).values == changed.values)
        let distance = (changed - images).squared().mean(axes: [1, 2, 3]).values
        // Mirrors, turns and exchanged brightness may leave an image as it is.
        #expect(distance.count { $0 > 1e-9 } >= 2)
    }

    /// With the probability of one half, about half of the images change.
    @Test func theProbabilityIsThatOfEachImage() {
        let images = Tensor.zeros([400, 1, 8, 8])
        let changed = AugmentationPipe([.brightness], probability: 0.5)(images, Random(seed: 6))
        let count = changed.mean(axes: [1, 2, 3]).values.count { $0 != 0 }
        #expect((160...240).contains(count))
    }

    @Test func theProbabilityFollowsTheSigns() throws {
        var settings = AdaptiveAugmentationSettings()
        (settings.interval, settings.images) = (2, 100)
        var augmentation = AdaptiveAugmentation(settings)
        let (sure, unsure) = (Tensor.ones([5]), Tensor([1, -1, 1, -1, 1], shape: [5]))
        func observe(_ logits: Tensor, step: Int) {
            augmentation.observe([[Double(step), AdaptiveAugmentation.signs(of: logits), Double(logits.count)]])
        }
        observe(sure, step: 1)
        #expect(augmentation.probability == 0)
        observe(sure, step: 2)
        #expect(abs(augmentation.probability - 0.1) < 1e-9)
        observe(sure, step: 3)
        observe(unsure, step: 4)
        // The mean of ten signs is 0.6, the target itself.
        #expect(abs(augmentation.probability - 0.1) < 1e-9)
        observe(unsure, step: 5)
        observe(unsure, step: 6)
        #expect(augmentation.probability == 0)
    }
}
