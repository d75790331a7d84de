import Layers
import Models
import TensorCore

/// StyleGAN2's generator (Karras et al. 2020, "Analyzing and improving the image quality of StyleGAN"): a mapping
/// network turns latent vectors and classes into styles, and a synthesis network makes images of them.
///
/// Its tensors have the names that the files of stylegan2-ada-pytorch use: `mapping.fc0.weight`, `mapping.w_avg`,
/// `synthesis.b8.conv0.affine.weight`, …; the filters, which are always the same, are not among them.
package final class StyleGenerator: StyledGenerator {
    /// From latent vectors to styles.
    package let mapping: MappingNetwork
    /// From styles to images.
    package let synthesis: SynthesisNetwork
    /// The size of a latent vector.
    package let latentSize: Int
    /// Where the latent vectors of seeds come from.
    package let latentSource: LatentSource

    /// A generator with fresh weights drawn from `random`.
    package init(_ sizes: StyleGANParameters, random: Random) {
        (latentSize, latentSource) = (sizes.latentSize, sizes.latentSource)
        mapping = MappingNetwork(
            latentSize: sizes.latentSize, classes: sizes.classCount, styleSize: sizes.styleSize,
            depth: sizes.mappingLayers, random: random)
        synthesis = SynthesisNetwork(sizes, random: random)
    }

    /// Images of truncated styles.
    package func callAsFunction(
        _ latents: Tensor, classes: Tensor?, truncation: StyleTruncation, _ mode: ForwardMode
    ) -> Tensor {
        let styles = mapping(latents, classes: classes, mode)
        return synthesis(
            mapping.truncated(styles, truncation, layers: synthesis.styleCount), StyleNoise(mode), mode)
    }
}
