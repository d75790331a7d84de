import Layers
import TensorCore

/// EfficientNet-Lite0 without its last layer: a network that recognizes the objects of ImageNet (Tan & Le 2019; the Lite
/// form has ReLU6 and no squeeze-and-excitation). Its activations describe what an image shows.
///
/// Convolutions pad like TensorFlow's: where the padding is odd, the bottom and the right get one pixel more. Images may
/// have any size of at least 32 × 32 pixels.
package final class EfficientNet: Module {
    let stem: Conv2d
    let stemNorm: BatchNorm
    let blocks: [InvertedBottleneck]
    let head: Conv2d
    let headNorm: BatchNorm

    /// Kernel, stride, expansion, output channels and number of blocks of each stage.
    private static let stages = [
        (3, 1, 1, 16, 1), (3, 2, 6, 24, 2), (5, 2, 6, 40, 2), (3, 2, 6, 80, 3), (5, 1, 6, 112, 3), (5, 2, 6, 192, 4),
        (3, 1, 6, 320, 1),
    ]

    /// The number of values in a feature vector.
    package static let width = 1280

    /// The side to which images are resized for feature vectors, in pixels: that of the training.
    package static let side = 224

    /// Channels and halvings of the activations that ``activations(_:_:)`` returns.
    package static let levels: [(channels: Int, halvings: Int)] = [(24, 2), (40, 3), (112, 4), (320, 5)]

    /// The network with fresh weights.
    package init(random: Random) {
        stem = Conv2d(3, 32, kernel: 3, stride: 2, bias: false, random: random)
        stemNorm = .small(32)
        var blocks: [InvertedBottleneck] = []
        var channels = 32
        for (kernel, stride, expansion, outputs, count) in Self.stages {
            for index in 0..<count {
                blocks.append(
                    InvertedBottleneck(
                        channels, outputs, kernel: kernel, stride: index == 0 ? stride : 1, expansion: expansion,
                        random: random))
                channels = outputs
            }
        }
        self.blocks = blocks
        head = Conv2d(channels, Self.width, kernel: 1, bias: false, random: random)
        headNorm = .small(Self.width)
    }

    /// The activations before each halving and at the end, from fine to coarse: the levels that Projected GANs look at
    /// (Sauer et al. 2021).
    ///
    /// - Parameters:
    ///   - images: `[N, 1 or 3, H, W]` in [−1, 1]; gray is repeated as color.
    ///   - mode: training, calibration or inference.
    /// - Returns: `[N, channels, H / 2^halvings, W / 2^halvings]` for each of ``levels``, rounded up.
    package func activations(_ images: Tensor, _ mode: ForwardMode) -> [Tensor] {
        var x = activated(stemNorm(stem(normalized(images).paddedLikeTensorFlow(3, stride: 2, mode), mode), mode))
        var found: [Tensor] = []
        for (index, block) in blocks.enumerated() {
            x = block(x, mode)
            let isLast = index + 1 == blocks.count
            if isLast || (blocks[index + 1].stride == 2 && index > 0) { found.append(x) }
        }
        return found
    }

    /// Feature vectors: the mean of the last activations over the image.
    ///
    /// - Parameters:
    ///   - images: `[N, 1 or 3, H, W]` in [−1, 1]; the network was trained on 224 × 224 pixels.
    ///   - mode: training, calibration or inference.
    /// - Returns: `[N, 1280]`.
    package func features(_ images: Tensor, _ mode: ForwardMode) -> Tensor {
        let last = activations(images, mode).last ?? images
        return activated(headNorm(head(last, mode), mode)).globalAveragePooled()
    }

    /// Values as in the training: (255 x − 127) / 128 for x from 0 to 1.
    private func normalized(_ images: Tensor) -> Tensor {
        let colors = images.shape[1] == 3 ? images : images.broadcast(to: images.shape.replacing(1, with: 3))
        return colors.scaled(by: 127.5 / 128, plus: 0.5 / 128)
    }
}

/// Expansion to more channels, a convolution of each channel, projection to fewer channels; added to the input if it has
/// the same shape (Sandler et al. 2018).
final class InvertedBottleneck: Module {
    let expansion: Conv2d?
    let expansionNorm: BatchNorm?
    let depthwise: Conv2d
    let depthwiseNorm: BatchNorm
    let projection: Conv2d
    let projectionNorm: BatchNorm
    let stride: Int
    private let kernel: Int
    private let addsInput: Bool

    init(_ inputs: Int, _ outputs: Int, kernel: Int, stride: Int, expansion factor: Int, random: Random) {
        let inner = inputs * factor
        expansion = factor == 1 ? nil : Conv2d(inputs, inner, kernel: 1, bias: false, random: random)
        expansionNorm = factor == 1 ? nil : .small(inner)
        depthwise = Conv2d(
            inner, inner, kernel: kernel, stride: stride, padding: stride == 1 ? kernel / 2 : 0, groups: inner,
            bias: false, random: random)
        depthwiseNorm = .small(inner)
        projection = Conv2d(inner, outputs, kernel: 1, bias: false, random: random)
        projectionNorm = .small(outputs)
        self.stride = stride
        self.kernel = kernel
        addsInput = stride == 1 && inputs == outputs
    }

    func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor {
        var h = x
        if let expansion, let expansionNorm { h = activated(expansionNorm(expansion(h, mode), mode)) }
        if stride > 1 { h = h.paddedLikeTensorFlow(kernel, stride: stride, mode) }
        h = activated(depthwiseNorm(depthwise(h, mode), mode))
        h = projectionNorm(projection(h, mode), mode)
        return addsInput ? x + h : h
    }
}

/// ReLU6.
private func activated(_ x: Tensor) -> Tensor { x.clamped(to: 0...6) }

extension BatchNorm {
    fileprivate static func small(_ channels: Int) -> BatchNorm { BatchNorm(channels, momentum: 0.01, epsilon: 1e-3) }
}

extension Tensor {
    /// Zeros around images so that a convolution without padding gives `⌈side / stride⌉` pixels.
    fileprivate func paddedLikeTensorFlow(_ kernel: Int, stride: Int, _ mode: ForwardMode) -> Tensor {
        func margins(_ length: Int) -> (before: Int, after: Int) {
            let outputs = (length + stride - 1) / stride
            let total = Swift.max((outputs - 1) * stride + kernel - length, 0)
            return (total / 2, total - total / 2)
        }
        let (rows, columns) = (margins(shape[2]), margins(shape[3]))
        return padded(
            top: rows.before, bottom: rows.after, left: columns.before, right: columns.after, wrapping: mode.wrapping)
    }
}
