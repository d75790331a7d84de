/// ESRGAN's and Real-ESRGAN's large generator (Wang et al. 2018 and 2021), in the public code `RRDBNet`.
public struct RRDBDescription: KnownNetwork, Sendable, Hashable {
    /// Channels of the images that come in and go out.
    public var inputs: Int, outputs: Int
    /// Channels between the dense blocks.
    public var features: Int
    /// Channels that each convolution of a dense block adds.
    public var growth: Int
    /// Residual-in-residual dense blocks: 23, or 6 in the anime variant.
    public var blocks: Int
    /// 4; 2 and 1 turn pixels into channels first.
    public var scale: Int

    /// In words.
    public var description: String {
        "RRDBNet ×\(scale) (\(blocks) blocks, \(features) features, growth \(growth), \(inputs) → \(outputs) channels)"
    }

    init(inputs: Int, outputs: Int, features: Int, growth: Int, blocks: Int, scale: Int) {
        (self.inputs, self.outputs, self.features) = (inputs, outputs, features)
        (self.growth, self.blocks, self.scale) = (growth, blocks, scale)
    }

    init?(_ shapes: ShapeTable) {
        guard let first = shapes["conv_first.weight", rank: 4], let last = shapes["conv_last.weight", rank: 4],
            let dense = shapes["body.0.rdb1.conv1.weight", rank: 4]
        else { return nil }
        (outputs, features, growth) = (last[0], first[0], dense[0])
        // Images go out with as many channels as they come in with, unless pixels became channels.
        let fold = first[1] == 16 * outputs ? 4 : first[1] == 4 * outputs ? 2 : 1
        (inputs, scale) = (first[1] / (fold * fold), 4 / fold)
        blocks = shapes.count { "body.\($0).rdb1.conv1.weight" }
    }

    var shapes: [(name: String, shape: [Int])] {
        let fold = 4 / scale
        var result = convolutionShapes("conv_first", inputs * fold * fold, features, kernel: 3)
        for block in 0..<blocks {
            for dense in 1...3 {
                for layer in 1...5 {
                    result += convolutionShapes(
                        "body.\(block).rdb\(dense).conv\(layer)", features + (layer - 1) * growth,
                        layer == 5 ? features : growth, kernel: 3)
                }
            }
        }
        for name in ["conv_body", "conv_up1", "conv_up2", "conv_hr"] {
            result += convolutionShapes(name, features, features, kernel: 3)
        }
        return result + convolutionShapes("conv_last", features, outputs, kernel: 3)
    }
}

/// Real-ESRGAN's compact network (Wang et al. 2021), in the public code `SRVGGNetCompact`.
public struct CompactDescription: KnownNetwork, Sendable, Hashable {
    /// Channels of the images that come in and go out.
    public var inputs: Int, outputs: Int
    /// Channels of the hidden layers.
    public var features: Int
    /// Convolutions between the first and the last: 16 or 32.
    public var convolutions: Int
    /// How many times larger the result is.
    public var scale: Int
    /// Public ncnn files for other scales shrink the result at the end by this factor: cubic with a = −0.75, without
    /// antialiasing, pixel centers aligned.
    public var bicubicResize: Double?

    /// In words.
    public var description: String {
        "SRVGGNetCompact ×\(scale) (\(convolutions) convolutions, \(features) features, \(inputs) → \(outputs) channels"
            + (bicubicResize.map { ", resized by \($0))" } ?? ")")
    }

    init(inputs: Int, outputs: Int, features: Int, convolutions: Int, scale: Int) {
        (self.inputs, self.outputs, self.features) = (inputs, outputs, features)
        (self.convolutions, self.scale) = (convolutions, scale)
    }

    init?(_ shapes: ShapeTable) {
        guard let first = shapes["body.0.weight", rank: 4], shapes["body.1.weight", rank: 1] != nil else { return nil }
        let layers = shapes.count { "body.\($0).weight" }
        guard layers % 2 == 1, layers >= 3, let last = shapes["body.\(layers - 1).weight", rank: 4] else { return nil }
        // Images go out with as many channels as they come in with; a gray one may become a colored one.
        let candidates = [first[1], 3, 1].flatMap { channels in (1...16).map { (channels, $0) } }
        guard let (channels, factor) = candidates.first(where: { $0 * $1 * $1 == last[0] }) else { return nil }
        (inputs, outputs, features) = (first[1], channels, first[0])
        (convolutions, scale) = ((layers - 3) / 2, factor)
    }

    var shapes: [(name: String, shape: [Int])] {
        var result: [(name: String, shape: [Int])] = []
        for layer in 0...convolutions {
            result += convolutionShapes("body.\(2 * layer)", layer == 0 ? inputs : features, features, kernel: 3)
            result.append((name: "body.\(2 * layer + 1).weight", shape: [features]))
        }
        return result
            + convolutionShapes("body.\(2 * convolutions + 2)", features, outputs * scale * scale, kernel: 3)
    }
}

/// ESRGAN's baseline without normalization, in the public code `MSRResNet`.
public struct MSRResNetDescription: KnownNetwork, Sendable, Hashable {
    /// Channels of the images that come in and go out.
    public var inputs: Int, outputs: Int
    /// Channels of the hidden layers.
    public var features: Int
    /// Residual blocks.
    public var blocks: Int
    /// 2, 3 or 4.
    public var scale: Int

    /// In words.
    public var description: String {
        "MSRResNet ×\(scale) (\(blocks) blocks, \(features) features, \(inputs) → \(outputs) channels)"
    }

    init?(_ shapes: ShapeTable) {
        guard let first = shapes["conv_first.weight", rank: 4], let last = shapes["conv_last.weight", rank: 4],
            let up = shapes["upconv1.weight", rank: 4], shapes.has("conv_hr.weight")
        else { return nil }
        (inputs, outputs, features) = (first[1], last[0], first[0])
        scale = shapes.has("upconv2.weight") ? 4 : up[0] == 9 * features ? 3 : 2
        blocks = shapes.count { "body.\($0).conv1.weight" }
    }

    var shapes: [(name: String, shape: [Int])] {
        var result = convolutionShapes("conv_first", inputs, features, kernel: 3)
        for block in 0..<blocks {
            for layer in 1...2 {
                result += convolutionShapes("body.\(block).conv\(layer)", features, features, kernel: 3)
            }
        }
        result += convolutionShapes("upconv1", features, features * (scale == 3 ? 9 : 4), kernel: 3)
        if scale == 4 { result += convolutionShapes("upconv2", features, features * 4, kernel: 3) }
        result += convolutionShapes("conv_hr", features, features, kernel: 3)
        return result + convolutionShapes("conv_last", features, outputs, kernel: 3)
    }
}

/// The generator of the SRGAN paper (Ledig et al. 2017) by the names that it has here.
public struct SRResNetDescription: KnownNetwork, Sendable, Hashable {
    /// Channels of the images.
    public var channels: Int
    /// Channels of the hidden layers.
    public var features: Int
    /// Residual blocks.
    public var blocks: Int
    /// A power of two.
    public var scale: Int

    /// In words.
    public var description: String { "SRResNet ×\(scale) (\(blocks) blocks, \(features) features)" }

    init?(_ shapes: ShapeTable) {
        guard let first = shapes["conv_first.weight", rank: 4], shapes.has("body.0.norm1.weight"),
            shapes.has("norm_body.weight")
        else { return nil }
        (channels, features) = (first[1], first[0])
        blocks = shapes.count { "body.\($0).conv1.weight" }
        let doublings = shapes.count { "upsampling.\(3 * $0).weight" }
        guard doublings <= 8 else { return nil }
        scale = 1 << doublings
    }

    var shapes: [(name: String, shape: [Int])] {
        var result = convolutionShapes("conv_first", channels, features, kernel: 9)
        result.append((name: "activation_first.weight", shape: [features]))
        for block in 0..<blocks {
            let name = "body.\(block)."
            result += convolutionShapes(name + "conv1", features, features, kernel: 3, bias: false)
            result += batchNormShapes(name + "norm1", features)
            result.append((name: name + "activation.weight", shape: [features]))
            result += convolutionShapes(name + "conv2", features, features, kernel: 3, bias: false)
            result += batchNormShapes(name + "norm2", features)
        }
        result += convolutionShapes("conv_body", features, features, kernel: 3, bias: false)
        result += batchNormShapes("norm_body", features)
        for doubling in 0..<scale.trailingZeroBitCount {
            result += convolutionShapes("upsampling.\(3 * doubling)", features, 4 * features, kernel: 3)
            result.append((name: "upsampling.\(3 * doubling + 2).weight", shape: [features]))
        }
        return result + convolutionShapes("conv_last", features, channels, kernel: 9)
    }
}
