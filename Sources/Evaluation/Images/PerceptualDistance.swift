import Layers
import TensorCore

/// LPIPS measures how different two images are to a network that recognizes objects (Zhang, Isola, Efros, Shechtman &
/// Wang 2018): the squared differences of its normalized activations, with weights for each channel that were fitted to
/// human judgments. It is 0 for equal images; smaller is closer.
///
/// Accepts the tensors of `lpips.LPIPS(net='alex')` or `(net='vgg')`, version 0.1, of the authors' package, and gives
/// the same figures as the package. The tensors determine the numbers of channels.
package final class PerceptualDistance {
    /// The networks that LPIPS can use.
    package enum Backbone: String, Sendable, Hashable {
        /// AlexNet, which the authors recommend for measuring.
        case alex
        /// VGG-16.
        case vgg
    }

    /// Why tensors are not the weights of LPIPS; says what was expected.
    package struct Misfit: Error, CustomStringConvertible {
        /// The reason.
        package let description: String
    }

    /// Convolutions with relu up to a point where activations are compared.
    private struct Stage {
        var convolutions: [(layer: Conv2d, isPooledBefore: Bool)]
        /// `[1, C, 1, 1]`.
        let weights: Tensor
    }

    /// The network of the tensors.
    package let backbone: Backbone
    private let stages: [Stage]
    private let shift: Tensor
    private let scale: Tensor

    /// - Throws: ``Misfit``.
    package init(_ tensors: [String: Tensor]) throws {
        let entries = Entry.all(in: tensors)
        switch entries.first?.weight.shape[3] {
        case 11: backbone = .alex
        case 3: backbone = .vgg
        default:
            throw Misfit(
                description: "there is no “net.slice1.0.weight” of AlexNet's or VGG's, as in the state of "
                    + "lpips.LPIPS(net='alex') or (net='vgg')")
        }
        var (stages, channels, last): ([Stage], Int, Int) = ([], 3, -2)
        for entry in entries {
            let (outputs, kernel) = (entry.weight.shape[0], entry.weight.shape[3])
            let isFirst = stages.isEmpty
            guard entry.weight.shape == [outputs, channels, kernel, kernel], kernel % 2 == 1, outputs > 0,
                entry.bias.shape == [outputs], (2...3).contains(entry.number - last),
                (max(stages.count, 1)...stages.count + 1).contains(entry.slice)
            else {
                throw Misfit(
                    description: "“\(entry.name).weight” is \(entry.weight.shape), which has no place in LPIPS")
            }
            let stride = isFirst && backbone == .alex ? 4 : 1
            let layer = Conv2d(
                channels, outputs, kernel: kernel, stride: stride, padding: stride > 1 ? 2 : kernel / 2,
                random: Random(seed: 0))
            try layer.load(["weight": entry.weight, "bias": entry.bias])
            if entry.slice > stages.count {
                stages.append(Stage(convolutions: [], weights: try Self.readOut(stages.count, tensors)))
            }
            stages[stages.count - 1].convolutions.append((layer, entry.number - last == 3))
            (channels, last) = (outputs, entry.number)
        }
        for (place, stage) in stages.enumerated() {
            let outputs = stage.convolutions.last?.layer.weight.shape[0] ?? 0
            guard stage.weights.shape == [1, outputs, 1, 1] else {
                throw Misfit(
                    description: "“lin\(place).model.1.weight” is \(stage.weights.shape), expected "
                        + "[1, \(outputs), 1, 1]")
            }
        }
        self.stages = stages
        shift = try Self.colors(tensors["scaling_layer.shift"], [-0.030, -0.088, -0.188])
        scale = try Self.colors(tensors["scaling_layer.scale"], [0.458, 0.448, 0.450])
    }

    /// The distance of two images of the same extent.
    ///
    /// - Returns: nil for images that are too small for the network: with AlexNet a side of less than 31 pixels, with
    ///   VGG of less than 16.
    package func distance(_ a: PixelPlanes, _ b: PixelPlanes) -> Double? {
        precondition(
            a.width == b.width && a.height == b.height,
            "PerceptualDistance: \(a.width)×\(a.height) and \(b.width)×\(b.height)")
        let (window, least) = backbone == .alex ? (3, 7) : (2, 1)
        guard min(a.width, a.height) >= least else { return nil }
        var sides = [a, b].map { ($0.signed - shift) / scale }
        var sum = 0.0
        for stage in stages {
            for (layer, isPooledBefore) in stage.convolutions {
                let shape = sides[0].shape
                guard !isPooledBefore || min(shape[2], shape[3]) >= window else { return nil }
                sides = sides.map { side in
                    let input = isPooledBefore ? side.maxPooled(window: window, stride: 2) : side
                    return layer(input, .inference).relu()
                }
            }
            let difference = (sides[0].unitLength - sides[1].unitLength).squared() * stage.weights
            sum += Double(difference.sum(axes: [1]).mean().item)
        }
        return sum
    }

    private static func readOut(_ place: Int, _ tensors: [String: Tensor]) throws -> Tensor {
        // The package counts the dropout layer before it, unless it was built without dropout.
        guard let found = tensors["lin\(place).model.1.weight"] ?? tensors["lin\(place).model.0.weight"] else {
            throw Misfit(description: "there is no “lin\(place).model.1.weight”, as in the state of lpips.LPIPS")
        }
        return found
    }

    private static func colors(_ found: Tensor?, _ usual: [Float]) throws -> Tensor {
        guard let found else { return Tensor(usual, shape: [1, 3, 1, 1]) }
        guard found.count == 3 else {
            throw Misfit(description: "“scaling_layer” has \(found.shape), expected [1, 3, 1, 1]")
        }
        return found.reshaped(to: [1, 3, 1, 1])
    }
}

/// A convolution in a file: `net.slice2.5.weight` is number 5, in slice 2.
private struct Entry {
    let slice: Int
    let number: Int
    let weight: Tensor
    let bias: Tensor

    var name: String { "net.slice\(slice).\(number)" }

    static func all(in tensors: [String: Tensor]) -> [Entry] {
        tensors.compactMap { name, weight in
            let parts = name.split(separator: ".")
            guard parts.count == 4, parts[0] == "net", parts[1].hasPrefix("slice"), parts[3] == "weight",
                let slice = Int(parts[1].dropFirst(5)), let number = Int(parts[2]), (0..<1000).contains(number),
                weight.rank == 4, let bias = tensors["net.slice\(slice).\(number).bias"]
            else { return nil }
            return Entry(slice: slice, number: number, weight: weight, bias: bias)
        }.sorted { $0.number < $1.number }
    }
}

extension PixelPlanes {
    /// `[1, 3, H, W]` from −1 to 1.
    fileprivate var signed: Tensor {
        let colors = planes.count == 3 ? planes : Array(repeating: planes[0], count: 3)
        return Tensor(
            colors.flatMap { $0.map { Float($0 / 127.5 - 1) } }, shape: [1, 3, height, width])
    }
}
