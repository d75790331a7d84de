import Layers
import TensorCore

/// How far styles are moved toward the average style: w ← w̄ + ψ · (w − w̄) (Karras et al. 2019).
package struct StyleTruncation: Sendable, Hashable {
    /// ψ; 1 leaves styles as they are, 0 gives the average image.
    package var strength: Float
    /// The number of layers, from the coarsest, whose styles are moved; nil for all.
    package var cutoff: Int?

    /// - Parameters:
    ///   - strength: ψ.
    ///   - cutoff: the number of layers, from the coarsest; nil for all.
    package init(_ strength: Float, cutoff: Int? = nil) { (self.strength, self.cutoff) = (strength, cutoff) }
}

/// The network that turns latent vectors and classes into styles (Karras et al. 2019 and 2020): both are normalized to a
/// mean square of 1, concatenated, and go through fully connected layers. In a discriminator it turns only the class
/// into the vector that the image's features are projected on.
package final class MappingNetwork: Module {
    /// Of the class; nil without classes.
    let embed: FullyConnected?
    let layers: NumberedModules<FullyConnected>
    /// The moving average of the styles, `[styleSize]`; nil in a discriminator.
    let wAvg: StateTensor?
    private let latentSize: Int

    /// The share of ``wAvg`` that each update keeps.
    private static let averageDecay: Float = 0.995

    /// - Parameters:
    ///   - latentSize: the size of a latent vector; 0 in a discriminator.
    ///   - classes: the number of classes; 0 for none.
    ///   - styleSize: the size of a style.
    ///   - depth: the number of layers.
    init(latentSize: Int, classes: Int, styleSize: Int, depth: Int, random: Random) {
        self.latentSize = latentSize
        embed = classes > 0 ? FullyConnected(classes, styleSize, random: random) : nil
        let inputs = latentSize + (classes > 0 ? styleSize : 0)
        layers = NumberedModules(
            "fc",
            (0..<depth).map { index in
                let layer = FullyConnected(
                    index == 0 ? inputs : styleSize, styleSize, isRectified: true, rateMultiplier: 0.01,
                    random: random)
                return (index, layer)
            })
        wAvg = latentSize > 0 ? StateTensor(.zeros([styleSize])) : nil
    }

    /// Styles `[N, styleSize]` of latent vectors `[N, latentSize]` and classes `[N]`, as far as there are any.
    package func callAsFunction(_ latents: Tensor?, classes: Tensor?, _ mode: ForwardMode) -> Tensor {
        var parts: [Tensor] = []
        if latentSize > 0 { parts.append(Self.requiring(latents).normalizedSecondMoment()) }
        if let embed {
            parts.append(embed(positions: Self.requiring(classes), mode).normalizedSecondMoment())
        }
        let x = parts.count == 1 ? parts[0] : Tensor.concatenated(parts, axis: 1)
        return layers.modules.reduce(x) { $1($0, mode) }
    }

    /// Styles moved toward the average: `[N, styleSize]` if all layers are alike, otherwise `[N, layers, styleSize]`.
    ///
    /// - Parameter layers: the number of styles of an image.
    package func truncated(_ styles: Tensor, _ truncation: StyleTruncation, layers: Int) -> Tensor {
        guard truncation.strength != 1, let average = wAvg?.value else { return styles }
        let moved = styles.scaled(by: truncation.strength) + average.scaled(by: 1 - truncation.strength)
        guard let cutoff = truncation.cutoff, cutoff < layers else { return moved }
        func repeated(_ x: Tensor, _ count: Int) -> Tensor {
            x.reshaped(to: [x.shape[0], 1, x.shape[1]]).broadcast(to: [x.shape[0], count, x.shape[1]])
        }
        let (first, rest) = (max(cutoff, 0), layers - max(cutoff, 0))
        return Tensor.concatenated(
            (first > 0 ? [repeated(moved, first)] : []) + [repeated(styles, rest)], axis: 1)
    }

    /// Moves the average toward the mean of a batch of styles; part of every step of a training.
    func follow(_ styles: Tensor) {
        guard let wAvg else { return }
        let mean = styles.detached.mean(axes: [0])
        wAvg.assign(wAvg.value.scaled(by: Self.averageDecay) + mean.scaled(by: 1 - Self.averageDecay))
    }

    private static func requiring(_ input: Tensor?) -> Tensor {
        guard let input else { preconditionFailure("a mapping network lacks latent vectors or classes") }
        return input
    }
}
