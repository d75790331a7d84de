import TensorCore
import Testing
import Training

@testable import Pix2Pix

/// How pairs are changed before they are judged.
@Suite struct PairAugmentationTests {
    private let picture = Random(seed: 1).normal([3, 2, 16, 16]).tanh()
    private var pair: Tensor { .concatenated([picture, picture], axis: 1) }

    private func halves(_ pair: Tensor) -> (input: Tensor, picture: Tensor) {
        (pair.slice(axis: 1, from: 0, count: 2), pair.slice(axis: 1, from: 2, count: 2))
    }

    @Test(arguments: [DifferentiableAugmentation.translation, .cutout])
    func inputAndPictureAreChangedInTheSamePlace(_ augmentation: DifferentiableAugmentation) {
        let changed = PairAugmentation([augmentation], inputChannels: 2, random: Random(seed: 2))(pair)
        let (input, picture) = halves(changed)
        #expect(input.values == picture.values)
        #expect(input.values != self.picture.values)
    }

    @Test func colorsChangeInThePictureAlone() {
        let changed = PairAugmentation([.color], inputChannels: 2, random: Random(seed: 2))(pair)
        let (input, picture) = halves(changed)
        #expect(input.values == self.picture.values)
        #expect(picture.values != self.picture.values)
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
