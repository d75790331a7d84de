import Foundation
import Layers
import TensorCore
import TestSupport
import Testing
import Training

/// The DCGAN pair: its shapes, the names of its weights, and PyTorch's answers for a small one.
@Suite struct DCGANTests {
    @Test(arguments: [16, 32, 64, 128, 256], [1, 3])
    func everySizeMakesAndJudgesItsImages(size: Int, channels: Int) {
        let random = Random(seed: 1)
        let generator = DCGANGenerator(inputs: 3, size: size, channels: channels, width: 2, random: random)
        let discriminator = DCGANDiscriminator(size: size, channels: channels, width: 2, random: random)
        let images = generator(random.normal([2, 3]), .training(random))
        #expect(images.shape == [2, channels, size, size])
        #expect(images.values.allSatisfy { abs($0) <= 1 })
        #expect(images.variance(axes: [0, 1, 2, 3]).item > 0)
        let logits = discriminator(images, .training(random))
        #expect(logits.shape == [2])
        #expect(logits.isFinite)
    }

    @Test func thePyramidDoublesUpToEightTimes() {
        #expect(DCGANPyramid(size: 16, width: 64).widths == [128, 64])
        #expect(DCGANPyramid(size: 64, width: 64).widths == [512, 256, 128, 64])
        #expect(DCGANPyramid(size: 256, width: 32).widths == [256, 256, 256, 128, 64, 32])
        let supported = (0...512).filter { DCGANPyramid.supports(size: $0) }
        #expect(supported == [16, 32, 64, 128, 256])
    }

    @Test func weightsAreNamedAsInThePyTorchExample() {
        let random = Random(seed: 1)
        let norm = ["weight", "bias", "running_mean", "running_var"]
        func names(convolutions: [Int], norms: [Int]) -> Set<String> {
            Set(
                convolutions.map { "main.\($0).weight" } + norms.flatMap { index in norm.map { "main.\(index).\($0)" } }
            )
        }
        let generator = DCGANGenerator(inputs: 100, size: 64, channels: 3, width: 2, random: random)
        #expect(Set(generator.state().keys) == names(convolutions: [0, 3, 6, 9, 12], norms: [1, 4, 7, 10]))
        #expect(generator.state()["main.0.weight"]?.shape == [100, 16, 4, 4])
        #expect(generator.state()["main.12.weight"]?.shape == [2, 3, 4, 4])
        let discriminator = DCGANDiscriminator(size: 64, channels: 3, width: 2, random: random)
        #expect(Set(discriminator.state().keys) == names(convolutions: [0, 2, 5, 8, 11], norms: [3, 6, 9]))
        #expect(discriminator.state()["main.0.weight"]?.shape == [2, 3, 4, 4])
        #expect(discriminator.state()["main.11.weight"]?.shape == [1, 16, 4, 4])
    }

    @Test func spectralNormTakesThePlaceOfBatchNorm() {
        let discriminator = DCGANDiscriminator(
            size: 16, channels: 1, width: 2, spectralNorm: true, random: Random(seed: 1))
        let names = discriminator.state().keys
        #expect(!names.contains { $0.hasSuffix("running_mean") })
        #expect(names.filter { $0.hasSuffix("weight_u") }.count == 3)
        #expect(names.filter { $0.hasSuffix("bias") }.count == 3)
        // No batch statistics: an image is judged alike alone and in company.
        let images = Random(seed: 2).normal([3, 1, 16, 16])
        let together = discriminator(images, .inference)
        let alone = discriminator(images.slice(axis: 0, from: 1, count: 1), .inference)
        #expect(abs(together.values[1] - alone.item) < 1e-6)
    }

    @Test func weightsStartNormalWithTheDeviationOfThePaper() {
        let generator = DCGANGenerator(inputs: 100, size: 32, channels: 1, width: 8, random: Random(seed: 4))
        for (name, parameter) in generator.parameters where parameter.shape.rank == 4 {
            let deviation = parameter.value.norm / Double(parameter.shape.count).squareRoot()
            #expect(abs(deviation - 0.02) < 0.002, "\(name)")
        }
    }

    /// The stored generator's last layer has a bias, which is put between ours and its tanh.
    @Test func generatorAgreesWithPyTorch() throws {
        let answer = try #require(try KnownAnswer.cases(of: "networks").first)
        let network = DCGANGenerator(inputs: 8, size: 16, channels: 1, width: 4, random: Random(seed: 1))
        try network.load(try answer.weights())
        let bias = Double(try answer.tensor("6.bias").scalars[0])
        let input = try answer.loaded("input").flattened()
        for (mode, name) in [
            (ForwardMode.inference, "output.inference"), (.training(Random(seed: 1)), "output.training"),
        ] {
            let output = network(input, mode)
            let moved = Tensor(output.values.map { Float(tanh(atanh(Double($0)) + bias)) }, shape: output.shape)
            #expect(try answer.difference(name, from: moved) == nil)
        }
        #expect(
            try answer.difference("after.4.running_var", from: #require(network.state()["main.4.running_var"])) == nil)
    }

    /// The stored discriminator has biases that the example's has not, so the same layers without them answer.
    @Test func discriminatorIsTheLayersOfTheExample() throws {
        let answer = try #require(try KnownAnswer.cases(of: "networks").last)
        let random = Random(seed: 1)
        let network = DCGANDiscriminator(size: 16, channels: 1, width: 4, random: random)
        let layers = Sequential([
            Conv2d(1, 4, kernel: 4, stride: 2, padding: 1, bias: false, random: random), LeakyReLU(0.2),
            Conv2d(4, 8, kernel: 4, stride: 2, padding: 1, bias: false, random: random), BatchNorm(8), LeakyReLU(0.2),
            Conv2d(8, 1, kernel: 4, bias: false, random: random),
        ])
        let weights = try answer.weights()
        try network.load(weights)
        try layers.load(Dictionary(uniqueKeysWithValues: weights.map { (String($0.dropFirst(5)), $1) }))
        let images = try answer.loaded("input")
        for mode in [ForwardMode.inference, .training(random), .inference] {
            #expect(network(images, mode).values == layers(images, mode).values)
        }
    }
}

extension KnownAnswer {
    /// The stored weights under the names of the DCGAN pair, without the biases of convolutions.
    fileprivate func weights() throws -> [String: Tensor] {
        var weights: [String: Tensor] = [:]
        let norms = Set(tensorNames.filter { $0.hasSuffix("running_mean") }.compactMap(\.first))
        for name in tensorNames {
            guard let first = name.first, first.isNumber else { continue }
            if name.hasSuffix("bias") && !norms.contains(first) { continue }
            weights["main." + name] = try loaded(name)
        }
        return weights
    }
}
