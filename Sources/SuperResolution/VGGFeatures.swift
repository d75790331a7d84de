import Layers
import TensorCore

/// The convolutions of a VGG network (Simonyan & Zisserman 2015) that was trained on ImageNet, as super-resolution uses
/// them: before the activation, at the last convolution of each resolution (Wang et al. 2018, 2021).
///
/// Takes the tensors of torchvision's `vgg11`, `vgg13`, `vgg16` or `vgg19`: `features.N.weight` and `features.N.bias`.
/// The numbers N determine where the resolution is halved.
package final class VGGFeatures: PerceptualNetwork {
    let convolutions: [Conv2d]
    private let isHalvedBefore: [Bool]

    /// Why tensors are not the weights of a VGG network; says what was expected.
    package struct Misfit: Error, CustomStringConvertible {
        /// The reason.
        package let description: String
    }

    /// - Throws: ``Misfit``.
    package init(_ tensors: [String: Tensor]) throws {
        let entries: [(number: Int, weight: Tensor, bias: Tensor)] = tensors.compactMap { name, weight in
            let parts = name.split(separator: ".")
            guard parts.count == 3, parts[0] == "features", parts[2] == "weight", let number = Int(parts[1]),
                let bias = tensors["features.\(number).bias"]
            else { return nil }
            return (number, weight, bias)
        }.sorted { $0.number < $1.number }
        guard entries.first?.number == 0 else {
            throw Misfit(description: "there is no “features.0.weight” and “features.0.bias”, as torchvision's VGG has")
        }
        guard entries.allSatisfy({ $0.weight.rank == 4 }) else {
            throw Misfit(description: "it is a VGG with batch normalization; one without is needed, such as vgg19")
        }
        var (channels, last) = (3, 0)
        var isHalved: [Bool] = []
        for entry in entries {
            let outputs = entry.weight.shape[0]
            guard entry.weight.shape == [outputs, channels, 3, 3], entry.bias.shape == [outputs],
                entry.number == 0 || (2...3).contains(entry.number - last)
            else {
                throw Misfit(
                    description: "“features.\(entry.number).weight” is \(entry.weight.shape), which has no "
                        + "place in a VGG")
            }
            isHalved.append(entry.number - last == 3)
            (channels, last) = (outputs, entry.number)
        }
        isHalvedBefore = isHalved
        convolutions = entries.map {
            Conv2d($0.weight.shape[1], $0.weight.shape[0], kernel: 3, padding: 1, random: Random(seed: 0))
        }
        for (entry, convolution) in zip(entries, convolutions) {
            try convolution.load(["weight": entry.weight, "bias": entry.bias])
        }
    }

    /// Activations at each resolution; the two finest have a weight of 0.1.
    package func perceptualFeatures(_ images: Tensor, _ mode: ForwardMode) -> [(features: Tensor, weight: Float)] {
        let colors =
            images.shape[1] == 3
            ? images : images.broadcast(to: images.shape.replacing(1, with: 3))
        var h = (colors - Self.mean) / Self.deviation
        var found: [(features: Tensor, weight: Float)] = []
        for (place, convolution) in convolutions.enumerated() {
            if place > 0 { h = h.relu() }
            if isHalvedBefore[place] { h = h.maxPooled(window: 2) }
            h = convolution(h, mode)
            let isLast = place + 1 == convolutions.count || isHalvedBefore[place + 1]
            if isLast { found.append((h, found.count < 2 ? 0.1 : 1)) }
            guard isLast, min(h.shape[2], h.shape[3]) < 2 else { continue }
            break
        }
        return found
    }

    /// Of ImageNet's photos.
    private static let mean = Tensor([0.485, 0.456, 0.406], shape: [1, 3, 1, 1])
    private static let deviation = Tensor([0.229, 0.224, 0.225], shape: [1, 3, 1, 1])
}
