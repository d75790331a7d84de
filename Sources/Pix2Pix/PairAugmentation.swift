import TensorCore
import Training

/// The random changes through which a discriminator sees pairs, so that it cannot learn a small dataset by heart (Zhao
/// et al. 2020, "Differentiable augmentation for data-efficient GAN training"). True and translated pairs are changed
/// alike, which keeps their activations comparable; shifts and cuts meet input and image in the same place, colors the
/// image alone.
struct PairAugmentation {
    let augmentations: [DifferentiableAugmentation]
    /// How many of a pair's channels are the input's; they come first.
    let inputChannels: Int
    private let seed: UInt64
    private let stream: UInt64

    /// Far from what layers draw of the same stream.
    private static let position: UInt64 = 1 << 48

    /// - Parameter random: of the step; nothing is drawn from it here.
    init(_ augmentations: [DifferentiableAugmentation], inputChannels: Int, random: Random) {
        (self.augmentations, self.inputChannels) = (augmentations, inputChannels)
        (seed, stream) = (random.seed, random.stream)
    }

    /// Pairs `[N, C, H, W]` changed, always in the same way.
    func callAsFunction(_ pairs: Tensor) -> Tensor {
        let random = Random(seed: seed, stream: stream, position: Self.position)
        return augmentations.reduce(pairs) { pairs, augmentation in
            guard augmentation == .color else { return augmentation(pairs, random) }
            let images = pairs.slice(axis: 1, from: inputChannels, count: pairs.shape[1] - inputChannels)
            return .concatenated(
                [pairs.slice(axis: 1, from: 0, count: inputChannels), augmentation(images, random)], axis: 1)
        }
    }
}
