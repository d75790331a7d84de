/// What normalizes the activations of a translation network.
public enum ForeignNormalization: String, Sendable, Hashable {
    /// Over the batch, with learned scales and running statistics; convolutions before it have no bias.
    case batch
    /// Over each image, without tensors; convolutions before it have a bias.
    case instance

    fileprivate func shapes(_ name: String, _ channels: Int) -> [(name: String, shape: [Int])] {
        self == .batch ? batchNormShapes(name, channels) : []
    }

    fileprivate var leavesBias: Bool { self == .instance }
}

/// The U-Net of pix2pix (Isola et al. 2017), in the public code `UnetGenerator`. Whether it was trained with dropout
/// cannot be seen from its tensors.
public struct UNetDescription: KnownNetwork, Sendable, Hashable {
    /// Channels of the images that come in and go out.
    public var inputs: Int, outputs: Int
    /// Halvings: 8 for `unet_256`, 7 for `unet_128`.
    public var levels: Int
    /// Channels after the first halving (`ngf`).
    public var width: Int
    public var normalization: ForeignNormalization

    /// In words.
    public var description: String {
        "a U-Net of \(levels) levels (\(inputs) → \(outputs) channels, width \(width), \(normalization) norm)"
    }

    init?(_ shapes: ShapeTable) {
        guard let first = shapes["model.model.0.weight", rank: 4], shapes.has("model.model.1.model.1.weight"),
            let last = shapes["model.model.3.weight", rank: 4]
        else { return nil }
        (inputs, outputs, width) = (first[1], last[1], first[0])
        var innermost = "model.model.1.model"
        levels = 2
        while shapes.has(innermost + ".5.weight"), levels < 16 {
            innermost += ".3.model"
            levels += 1
        }
        normalization = shapes[innermost + ".4.weight", rank: 1] != nil ? .batch : .instance
    }

    var shapes: [(name: String, shape: [Int])] {
        let widths = (0..<levels).map { width << min($0, 3) }
        let bias = normalization.leavesBias
        var down = convolutionShapes("model.model.0", inputs, width, kernel: 4, bias: bias)
        var up = convolutionShapes("model.model.3", 2 * width, outputs, kernel: 4, transposed: true)
        var name = "model.model.1.model"
        for level in 1..<levels {
            let (outer, inner) = (widths[level - 1], widths[level])
            down += convolutionShapes(name + ".1", outer, inner, kernel: 4, bias: bias)
            let isInnermost = level == levels - 1
            if !isInnermost { down += normalization.shapes(name + ".2", inner) }
            up =
                convolutionShapes(
                    name + (isInnermost ? ".3" : ".5"), isInnermost ? inner : 2 * inner, outer, kernel: 4, bias: bias,
                    transposed: true)
                + normalization.shapes(name + (isInnermost ? ".4" : ".6"), outer) + up
            name += ".3.model"
        }
        return down + up
    }
}

/// The residual generator of CycleGAN (Zhu et al. 2017), in the public code `ResnetGenerator`.
public struct ResNetDescription: KnownNetwork, Sendable, Hashable {
    /// Channels of the images that come in and go out.
    public var inputs: Int, outputs: Int
    /// Residual blocks: 9 for `resnet_9blocks`.
    public var blocks: Int
    /// Channels at full resolution (`ngf`).
    public var width: Int
    public var normalization: ForeignNormalization
    /// Whether there is a place for dropout inside the blocks.
    public var dropout: Bool

    /// In words.
    public var description: String {
        "a ResNet generator of \(blocks) blocks (\(inputs) → \(outputs) channels, width \(width), \(normalization) norm"
            + (dropout ? ", dropout)" : ")")
    }

    init?(_ shapes: ShapeTable) {
        guard let first = shapes["model.1.weight", rank: 4], first[2] == 7,
            shapes.has("model.10.conv_block.1.weight")
        else { return nil }
        blocks = shapes.count { "model.\(10 + $0).conv_block.1.weight" }
        guard let last = shapes["model.\(17 + blocks).weight", rank: 4] else { return nil }
        (inputs, outputs, width) = (first[1], last[0], first[0])
        normalization = shapes["model.2.weight", rank: 1] != nil ? .batch : .instance
        dropout = shapes["model.10.conv_block.6.weight", rank: 4] != nil
    }

    var shapes: [(name: String, shape: [Int])] {
        let (bias, wide) = (normalization.leavesBias, 4 * width)
        func normalized(
            _ index: Int, _ from: Int, _ to: Int, kernel: Int = 3, transposed: Bool = false
        ) -> [(name: String, shape: [Int])] {
            convolutionShapes("model.\(index)", from, to, kernel: kernel, bias: bias, transposed: transposed)
                + normalization.shapes("model.\(index + 1)", to)
        }
        var result = normalized(1, inputs, width, kernel: 7) + normalized(4, width, 2 * width)
        result += normalized(7, 2 * width, wide)
        for block in 0..<blocks {
            for index in [1, dropout ? 6 : 5] {
                let name = "model.\(10 + block).conv_block."
                result += convolutionShapes(name + "\(index)", wide, wide, kernel: 3, bias: bias)
                result += normalization.shapes(name + "\(index + 1)", wide)
            }
        }
        result += normalized(10 + blocks, wide, 2 * width, transposed: true)
        result += normalized(13 + blocks, 2 * width, width, transposed: true)
        return result + convolutionShapes("model.\(17 + blocks)", width, outputs, kernel: 7)
    }
}
