import ImageData
import Layers
import TensorCore

/// A generator that chooses colors from a palette instead of painting levels (Zhang, Isola & Efros 2016, "Colorful image
/// colorization"): a network gives each color of the palette a score at each pixel, and the image is the annealed mean of
/// the colors. Areas come out in clean colors where a mean of levels would be gray.
///
/// `[N, inputs, H, W] → [N, 3, H, W]` in [−1, 1].
package final class PaletteGenerator: TranslationGenerator {
    let network: any TranslationGenerator
    /// `[colors, 3]` from −1 to 1; part of the architecture.
    private let colors: Tensor

    /// What scores are divided by before the mean: between the mean at 1 and the most likely color at 0.
    static let temperature: Float = 0.12

    /// - Parameters:
    ///   - network: gives scores `[N, colors, H, W]`.
    ///   - palette: the colors.
    init(_ network: any TranslationGenerator, palette: [PaletteColor]) {
        self.network = network
        colors = Tensor(palette.flatMap { $0.levels.map { Float($0) / 127.5 - 1 } }, shape: [palette.count, 3])
    }

    /// The number of which height and width must be multiples.
    package var multiple: Int { network.multiple }
    /// The normalization of its activations.
    package var normalization: NormalizationKind { network.normalization }

    /// The scores of all colors, `[N, H, W, colors]`.
    func scores(_ x: Tensor, _ mode: ForwardMode) -> Tensor { network(x, mode).permuted([0, 2, 3, 1]) }

    /// The image `[N, 3, H, W]` of scores: the annealed mean.
    func image(of scores: Tensor) -> Tensor {
        scores.scaled(by: 1 / Self.temperature).softmax().matrixProduct(colors).permuted([0, 3, 1, 2])
    }

    /// Images for inputs.
    package func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor { image(of: scores(x, mode)) }
}
