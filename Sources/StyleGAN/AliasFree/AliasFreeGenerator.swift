import Layers
import Models
import TensorCore

/// The network that makes images from styles: plane waves, then layers that keep to their bandwidths.
package final class AliasFreeSynthesis: Module {
    let input: FourierInput
    let layers: NamedModules<AliasFreeLayer>
    private let outputScale: Float

    init(_ sizes: AliasFreeParameters, random: Random) {
        let levels = sizes.levels
        input = FourierInput(styleSize: sizes.styleSize, levels[0], random: random)
        layers = NamedModules(
            levels.enumerated().map { index, level in
                ("L\(index)_\(level.size)_\(level.channels)", AliasFreeLayer(sizes, index: index, random: random))
            })
        outputScale = Float(sizes.outputScale)
    }

    /// The number of styles of an image: one for the input and one for each layer.
    package var styleCount: Int { layers.modules.count + 1 }

    /// Images `[N, C, H, W]` of styles: `[N, styleCount, styleSize]`, or `[N, styleSize]` for all layers alike.
    package func callAsFunction(_ styles: Tensor, _ mode: ForwardMode) -> Tensor {
        func style(_ layer: Int) -> Tensor {
            guard styles.rank == 3 else { return styles }
            return styles.slice(axis: 1, from: layer, count: 1).reshaped(to: [styles.shape[0], styles.shape[2]])
        }
        var x = input(style(0), mode)
        for (index, layer) in layers.modules.enumerated() { x = layer(x, style: style(index + 1), mode) }
        return x.scaled(by: outputScale)
    }
}

/// StyleGAN3's generator (Karras et al. 2021, "Alias-free generative adversarial networks"), for files that its program
/// wrote. Its tensors have the names of those files.
package final class AliasFreeGenerator: LatentGenerator {
    /// From latent vectors to styles.
    package let mapping: MappingNetwork
    /// From styles to images.
    package let synthesis: AliasFreeSynthesis
    /// The size of a latent vector.
    package let latentSize: Int
    /// Where the latent vectors of seeds come from.
    package let latentSource: LatentSource

    /// A generator with fresh weights drawn from `random`.
    package init(_ sizes: AliasFreeParameters, random: Random) {
        (latentSize, latentSource) = (sizes.latentSize, sizes.latentSource)
        mapping = MappingNetwork(
            latentSize: sizes.latentSize, classes: sizes.classCount, styleSize: sizes.styleSize,
            depth: sizes.mappingLayers, random: random)
        synthesis = AliasFreeSynthesis(sizes, random: random)
    }
}
