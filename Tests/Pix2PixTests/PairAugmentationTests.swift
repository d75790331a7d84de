import TensorCore
import Testing
import Training

@testable import Pix2Pix

/// How pairs are changed before they are judged.
@Suite struct PairAugmentationTests {
    private let image = Random(seed: 1).normal([3, 2, 16, 16]).tanh()
    private var pair: Tensor { .concatenated([image, image], axis: 1) }

    private func halves(_ pair: Tensor) -> (input: Tensor, image: Tensor) {
        (pair.slice(axis: 1, from: 0, count: 2), pair.slice(axis: 1, from: 2, count: 2))
    }

    @Test(arguments: [DifferentiableAugmentation.translation, .cutout])
    func inputAndImageAreChangedInTheSamePlace(_ augmentation: DifferentiableAugmentation) {
        let changed = PairAugmentation([augmentation], inputChannels: 2, random: Random(seed: 2))(pair)
        let (input, image) = halves(changed)
        #expect(input.values == image.values)
        #expect(input.values != self.image.values)
    }

    @Test func colorsChangeInTheImageAlone() {
        let changed = PairAugmentation([.color], inputChannels: 2, random: Random(seed: 2))(pair)
        let (input, image) = halves(changed)
        #expect(input.values == self.image.values)
        #expect(image.values != self.image.values)
    }

    @Test func pairsOfAStepAreChangedAlikeAndThoseOfAnotherDifferently() {
        let all = DifferentiableAugmentation.allCases
        let random = Random(seed: 2, stream: 7)
        let changed = PairAugmentation(all, inputChannels: 2, random: random)
        #expect(changed(pair).values == changed(pair).values)
        #expect(random.position == 0)
        let other = PairAugmentation(all, inputChannels: 2, random: Random(seed: 2, stream: 8))
        #expect(changed(pair).values != other(pair).values)
        #expect(PairAugmentation([], inputChannels: 2, random: random)(pair).values == pair.values)
    }
}
