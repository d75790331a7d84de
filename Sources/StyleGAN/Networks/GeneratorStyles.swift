import Layers
import Models
import TensorCore

/// A generator whose styles come from a mapping network.
protocol MappedGenerator: StyledGenerator {
    /// From latent vectors to styles.
    var mapping: MappingNetwork { get }
}

extension MappedGenerator {
    /// The size of a style.
    package var styleSize: Int { averageStyle.shape[0] }
    /// The moving average of the training.
    package var averageStyle: Tensor {
        guard let average = mapping.wAvg else { preconditionFailure("a generator's mapping network has an average") }
        return average.value
    }

    /// Images `[N, C, H, W]`, mostly in [−1, 1], of latent vectors `[N, latentSize]` and classes `[N]`.
    package func callAsFunction(_ latents: Tensor, classes: Tensor?, _ mode: ForwardMode) -> Tensor {
        self(latents, classes: classes, truncation: 1, mode)
    }

    /// Images of styles that are moved toward the average in all layers.
    package func callAsFunction(
        _ latents: Tensor, classes: Tensor?, truncation: Float, _ mode: ForwardMode
    ) -> Tensor {
        let moved = mapping.truncated(
            mapping(latents, classes: classes, mode), StyleTruncation(truncation), layers: styleCount)
        return images(ofStyles: moved, mode)
    }

    /// Without truncation.
    package func styles(of latents: Tensor, classes: Tensor?, _ mode: ForwardMode) -> Tensor {
        mapping(latents, classes: classes, mode)
    }
}

extension StyleGenerator: MappedGenerator {
    /// One for each convolution, and one for the last image.
    package var styleCount: Int { synthesis.styleCount }
    /// Those of the affine functions.
    package var styleWeights: [[Tensor]] { synthesis.styleWeights }

    /// With the noise of the mode.
    package func images(ofStyles styles: Tensor, _ mode: ForwardMode) -> Tensor {
        synthesis(styles, StyleNoise(mode), mode)
    }
}

extension AliasFreeGenerator: MappedGenerator {
    /// One for the plane waves, and one for each layer.
    package var styleCount: Int { synthesis.styleCount }
    /// Those of the affine functions.
    package var styleWeights: [[Tensor]] { synthesis.styleWeights }

    /// Without noise, which these generators do not have.
    package func images(ofStyles styles: Tensor, _ mode: ForwardMode) -> Tensor { synthesis(styles, mode) }
}

extension SynthesisNetwork {
    /// For each style, the weights of the affine functions that read it.
    fileprivate var styleWeights: [[Tensor]] {
        var weights = [[Tensor]](repeating: [], count: styleCount)
        var first = 0
        for block in blocks.modules {
            let layers = [block.conv0?.affine, block.conv1.affine, block.torgb?.affine].compactMap(\.self)
            for (index, affine) in layers.enumerated() { weights[first + index].append(affine.weight.value.detached) }
            first += block.styleCount
        }
        return weights
    }
}

extension AliasFreeSynthesis {
    /// For each style, the weights of the affine function that reads it.
    fileprivate var styleWeights: [[Tensor]] {
        ([input.affine] + layers.modules.map(\.affine)).map { [$0.weight.value.detached] }
    }
}
