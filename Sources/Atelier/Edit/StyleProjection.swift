import Foundation
import ImageData
import ImageFiles
import Layers
import Memory
import TensorCore

/// How the style of a real image is looked for.
public struct ProjectionOptions: Sendable {
    /// Updates of the style.
    public var steps = 300
    /// Adam's learning rate at its height.
    public var learningRate = 0.05
    /// The weight of the mean squared difference of the pixels, beside the perceptual loss.
    public var pixelWeight = 0.5
    /// The network of the perceptual loss: a name, a folder or a file.
    public var perceptual = "imagenet"
    /// The seed of the noise on the style.
    public var seed: UInt64 = 0

    /// As usual.
    public init() {}
}

/// A style that was found, and how near its image is.
public struct Projection: Sendable {
    /// One style for each layer.
    public let style: Style
    /// The loss at the end.
    public let loss: Double
    /// The image that was looked for, as the model can make it: in its size and colors.
    public let target: Image
}

extension StyleEditor {
    /// The styles whose image is nearest to an image, a style of its own for each layer (Abdal et al. 2019,
    /// "Image2StyleGAN"), in ImageNet's features. The search starts from the average style; noise on the style, which
    /// fades, keeps it out of bad corners, and the learning rate rises and falls (Karras et al. 2020, appendix D).
    ///
    /// - Parameters:
    ///   - photo: any image; it is cropped and resized to the model's images.
    ///   - network: the network of the perceptual loss.
    ///   - tell: called with the number of each step and its loss.
    /// - Throws: `CancellationError` when the task is canceled; `OutOfMemory`.
    public func projection(
        of photo: Image, in network: any PerceptualNetwork, _ options: ProjectionOptions = ProjectionOptions(),
        telling tell: (_ step: Int, _ loss: Double) -> Void = { _, _ in }
    ) throws -> Projection {
        try MemoryJob.run {
            let target = photo.fitted(width: image.contentWidth, height: image.contentHeight, .crop)
                .converted(channels: image.channels)
            let wanted = Tensor(target, channels: image.channels).premultipliedAlpha
            let spread = styles(1024).deviation
            let random = Random(seed: options.seed)
            let start = everywhere(generator.averageStyle.reshaped(to: [1, generator.styleSize]))
            let style = Parameter(start)
            let adam = Adam([(name: "style", parameter: style)], beta1: 0.9, beta2: 0.999)
            var last = Double.nan
            for step in 0..<options.steps {
                if Task.isCancelled { throw CancellationError() }
                let share = Double(step) / Double(max(options.steps, 1))
                adam.learningRate = Float(options.learningRate * Self.course(share))
                let fade = max(1 - share / 0.75, 0)
                let noise = random.normal(start.shape, deviation: spread * Float(0.05 * fade * fade))
                let loss = difference(style.value + noise, wanted, network, options.pixelWeight)
                last = Double(loss.item)
                adam.update(gradients(of: loss, at: [style.value]))
                try MemoryJob.check()
                tell(step + 1, last)
            }
            return Projection(style: Style(style.value, origin: "projected"), loss: last, target: target)
        }
    }

    private func difference(
        _ style: Tensor, _ target: Tensor, _ network: any PerceptualNetwork, _ pixelWeight: Double
    ) -> Tensor {
        let made = image.content(of: generator.images(ofStyles: style, .inference))
        let pixels = (made - target).squared().mean()
        func seen(_ x: Tensor) -> Tensor { Self.enlarged(x.premultipliedOnWhite).scaled(by: 0.5, plus: 0.5) }
        return network.perceptualLoss(seen(made), seen(target)) + pixels.scaled(by: Float(pixelWeight))
    }

    /// Images of at least 128 pixels, because small ones have hardly any deep features.
    private static func enlarged(_ x: Tensor) -> Tensor {
        let factor = 128 / min(x.shape[2], x.shape[3])
        return factor > 1 ? x.resized(height: x.shape[2] * factor, width: x.shape[3] * factor) : x
    }

    /// The share of the learning rate at a share of the steps: up in the first twentieth, down in the last quarter.
    private static func course(_ share: Double) -> Double {
        let down = min((1 - share) / 0.25, 1)
        return min(share / 0.05 + 0.05, 1) * (0.5 - 0.5 * cos(down * .pi))
    }
}

extension Tensor {
    /// The root of the mean squared distance of rows `[N, size]` from their mean, for one number of a row.
    fileprivate var deviation: Float {
        (self - mean(axes: [0], keepingAxes: true)).squared().mean().squareRoot().item
    }
}
