import Layers
import Models
import TensorCore

/// Random views of a trained network's features, in which discriminators compare images (Sauer et al. 2021, "Projected
/// GANs converge faster"). A random 1×1 convolution mixes the channels of each depth, and random 3×3 convolutions mix
/// each depth with the coarser ones.
///
/// Neither the network nor the convolutions are trained. The convolutions are part of the state, and so are saved;
/// the network is not.
package final class FeatureProjection: Module {
    /// `[width, channels of the depth, 1, 1]`, from fine to coarse.
    let channels: [StateTensor]
    /// `[width, width, 3, 3]`, from fine to coarse.
    let scales: [StateTensor]
    private let features: @Sendable (Tensor, ForwardMode) -> [Tensor]
    /// The features without history: those of each depth in turn, `[N, values]`.
    private let planned: @Sendable (Tensor, Precision) -> Tensor
    /// Channels, height and width of each depth.
    private let sizes: [Shape]
    private let side: Int

    /// The number of depths: the deepest ones of the network.
    package static let depths = 4
    /// Channels of a view.
    package static let width = 64

    /// The side to which images are resized for the network: their own from 128 to 224, the size at which ImageNet's
    /// networks were trained. 128×128 pixels take a third of the time of 224×224.
    package static func side(for size: Int) -> Int { min(max(size, 128), 224) }

    /// Random views with convolutions drawn from `random`.
    ///
    /// - Parameters:
    ///   - network: the trained network.
    ///   - image: the form of the images.
    package init(of network: any PerceptualNetwork, image: ImageShape, random: Random) {
        side = Self.side(for: image.size)
        let features: @Sendable (Tensor, ForwardMode) -> [Tensor] = { images, mode in
            network.perceptualFeatures(images.scaled(by: 0.5, plus: 0.5), .inference(mode.precision))
                .suffix(Self.depths).map(\.features)
        }
        self.features = features
        let plans = Dictionary(
            uniqueKeysWithValues: Precision.allCases.map { precision in
                let network = PlannedNetwork(of: network) { inputs in
                    .concatenated(features(inputs[0], .inference(precision)).map { $0.flattened() }, axis: 1)
                }
                return (precision, network)
            })
        planned = { images, precision in plans[precision].map { $0(images) } ?? images }
        let found = features(.zeros([1, image.channels, side, side]), .inference)
        // Keeps the variance: no activation follows.
        let draw = Initializer.kaimingNormal(slope: 1)
        sizes = found.map { Shape(Array($0.shape.dimensions.dropFirst())) }
        channels = found.map { StateTensor(draw([Self.width, $0.shape[1], 1, 1], random: random)) }
        scales = found.map { _ in StateTensor(draw([Self.width, Self.width, 3, 3], random: random)) }
    }

    /// The views of images, from fine to coarse.
    ///
    /// - Parameters:
    ///   - images: `[N, C, H, W]` in [−1, 1].
    ///   - mode: its precision counts; gradients flow to the images in every mode.
    /// - Returns: `[N, width, H', W']` for each depth.
    package func callAsFunction(_ images: Tensor, _ mode: ForwardMode) -> [Tensor] {
        let resized = images.resized(height: side, width: side, .bilinear, antialiased: true)
        var views: [Tensor] = []
        for (depth, found) in depths(of: resized, mode).enumerated().reversed() {
            var mixed = found.convolved(with: channels[depth].value, precision: mode.precision)
            if let coarser = views.last {
                mixed = mixed + coarser.resized(height: mixed.shape[2], width: mixed.shape[3], .bilinear)
            }
            views.append(
                mixed.convolved(
                    with: scales[depth].value, ConvolutionParameters(padding: 1), precision: mode.precision))
        }
        return views.reversed()
    }

    /// A plan, which is faster, computes the features of images that no gradient leads to.
    private func depths(of images: Tensor, _ mode: ForwardMode) -> [Tensor] {
        if images.isRecorded { return features(images, mode) }
        let values = planned(images, mode.precision)
        var start = 0
        return sizes.map { size in
            defer { start += size.count }
            let shape = Shape([images.shape[0]] + size.dimensions)
            return values.slice(axis: 1, from: start, count: size.count).reshaped(to: shape)
        }
    }
}
