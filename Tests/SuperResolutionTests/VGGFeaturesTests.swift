import Layers
import SuperResolution
import TensorCore
import Testing

@Suite struct VGGFeaturesTests {
    /// Two convolutions, a halving, one more: numbers 0, 2, 5.
    private func tensors() -> [String: Tensor] {
        let random = Random(seed: 4)
        var tensors: [String: Tensor] = ["classifier.0.weight": random.normal([4, 4])]
        for (number, inputs, outputs) in [(0, 3, 4), (2, 4, 4), (5, 4, 6)] {
            tensors["features.\(number).weight"] = random.normal([outputs, inputs, 3, 3])
            tensors["features.\(number).bias"] = random.normal([outputs])
        }
        return tensors
    }

    @Test func activationsAreThoseBeforeTheLastRectifierOfEachResolution() throws {
        let tensors = tensors()
        let network = try VGGFeatures(tensors)
        let images = Random(seed: 5).uniform([2, 3, 8, 8])
        let found = network.perceptualFeatures(images, .inference)
        #expect(found.map(\.features.shape) == [[2, 4, 8, 8], [2, 6, 4, 4]])
        func convolved(_ x: Tensor, _ number: Int) throws -> Tensor {
            let weight = try #require(tensors["features.\(number).weight"])
            let layer = Conv2d(weight.shape[1], weight.shape[0], kernel: 3, padding: 1, random: Random(seed: 0))
            try layer.load(["weight": weight, "bias": #require(tensors["features.\(number).bias"])])
            return layer(x, .inference)
        }
        let mean = Tensor([0.485, 0.456, 0.406], shape: [1, 3, 1, 1])
        let deviation = Tensor([0.229, 0.224, 0.225], shape: [1, 3, 1, 1])
        let second = try convolved(convolved((images - mean) / deviation, 0).relu(), 2)
        let third = try convolved(second.relu().maxPooled(window: 2), 5)
        for (a, b) in zip(found[0].features.values, second.values) { #expect(abs(a - b) < 1e-4) }
        for (a, b) in zip(found[1].features.values, third.values) { #expect(abs(a - b) < 1e-4) }
    }

    @Test func theLossIsNothingForEqualImagesAndItsSlopeLeadsToThem() throws {
        let network = try VGGFeatures(tensors())
        let truth = Random(seed: 5).uniform([1, 3, 8, 8])
        #expect(network.perceptualLoss(truth, truth).item == 0)
        let other = Random(seed: 6).uniform([1, 3, 8, 8]).requiringGradient()
        let loss = network.perceptualLoss(other, truth)
        let slope = try #require(gradients(of: loss, at: [other])[0])
        let step = slope.detached.scaled(by: 1e-3 / max(globalNorm(of: [slope]), 1e-9))
        #expect(network.perceptualLoss(other.detached - step, truth).item < loss.item)
    }

    @Test func otherTensorsAreRefusedInWords() throws {
        #expect(throws: VGGFeatures.Misfit.self) { try VGGFeatures(["conv.weight": .ones([1])]) }
        var odd = tensors()
        odd["features.5.weight"] = .ones([6, 5, 3, 3])
        #expect(throws: VGGFeatures.Misfit.self) { try VGGFeatures(odd) }
        var normalized = tensors()
        normalized["features.1.weight"] = .ones([4])
        normalized["features.1.bias"] = .ones([4])
        let error = #expect(throws: VGGFeatures.Misfit.self) { try VGGFeatures(normalized) }
        #expect(error?.description.contains("batch normalization") == true)
    }
}
