import TensorCore
import Training

/// The random changes of the pairs that a discriminator sees, so that it cannot memorize a small dataset (Zhao et al.
/// 2020, "Differentiable augmentation for data-efficient GAN training"). Real and translated pairs get the same
/// changes, which keeps their activations comparable. Shifts and cutouts affect input and image at the same place;
/// colors change in the image only.
struct PairAugmentation {
    let augmentations: [DifferentiableAugmentation]
    /// The number of channels of the input, which come first in a pair.
    let inputChannels: Int
    private let random: Random

    /// Far from the positions that layers use in the same stream.
    private static let position: UInt64 = 1 << 48

    /// - Parameter random: the stream of the step; nothing is drawn from it here.
    init(_ augmentations: [DifferentiableAugmentation], inputChannels: Int, random: Random) {
        (self.augmentations, self.inputChannels) = (augmentations, inputChannels)
        self.random = random
    }

    /// Applies the same changes to any pairs `[N, C, H, W]`.
    func callAsFunction(_ pairs: Tensor) -> Tensor {
        let random = random.moved(to: Self.position)
        return augmentations.reduce(pairs) { pairs, augmentation in
            guard augmentation == .color else { return augmentation(pairs, random) }
            let images = pairs.slice(axis: 1, from: inputChannels, count: pairs.shape[1] - inputChannels)
            return .concatenated(
                [pairs.slice(axis: 1, from: 0, count: inputChannels), augmentation(images, random)], axis: 1)
        }
    }
}
