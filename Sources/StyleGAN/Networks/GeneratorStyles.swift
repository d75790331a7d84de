import Layers
import Models
import TensorCore

extension StyleGenerator {
    /// One for each convolution, and one for the last image.
    package var styleCount: Int { synthesis.styleCount }
    /// The size of a style.
    package var styleSize: Int { averageStyle.shape[0] }
    /// The moving average of the training.
    package var averageStyle: Tensor {
        guard let average = mapping.wAvg else {
            preconditionFailure("the mapping network of a generator has an average")
        }
        return average.value
    }
    /// Those of the affine functions.
    package var styleWeights: [[Tensor]] { synthesis.styleWeights }

    /// Without truncation.
    package func styles(of latents: Tensor, classes: Tensor?, _ mode: ForwardMode) -> Tensor {
        mapping(latents, classes: classes, mode)
    }

    /// With the noise of the mode.
    package func images(ofStyles styles: Tensor, _ mode: ForwardMode) -> Tensor {
        synthesis(styles, StyleNoise(mode), mode)
    }
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
