import Layers
import Pix2Pix
import TensorCore
import TestSupport
import Testing

/// The networks against what PyTorch's gave for the same weights, by name.
@Suite struct TranslationNetworkTests {
    private static func network(_ name: String) -> any Layer {
        let random = Random(seed: 1)
        return switch name {
        case "unet.batch": UNetGenerator(inputs: 2, outputs: 1, levels: 5, width: 2, random: random)
        case "unet.training":
            UNetGenerator(inputs: 1, outputs: 3, levels: 4, width: 3, dropout: false, random: random)
        case "unet.instance":
            UNetGenerator(
                inputs: 1, outputs: 2, levels: 5, width: 2, normalization: .instance, dropout: false, random: random)
        case "resnet.instance": ResNetGenerator(inputs: 3, outputs: 2, blocks: 2, width: 4, random: random)
        case "resnet.batch":
            ResNetGenerator(
                inputs: 1, outputs: 3, blocks: 2, width: 4, normalization: .batch, dropout: true, random: random)
        case "patch.1": PatchDiscriminator(inputs: 3, halvings: 1, width: 4, random: random)
        case "patch.3": PatchDiscriminator(inputs: 2, halvings: 3, width: 2, random: random)
        case "patch.5":
            PatchDiscriminator(inputs: 1, halvings: 5, width: 1, normalization: .instance, random: random)
        default: PixelDiscriminator(inputs: 3, width: 4, random: random)
        }
    }

    @Test(arguments: try KnownAnswer.cases(of: "translation"))
    func agreesWithPyTorch(_ answer: KnownAnswer) throws {
        if answer.name == "multiscale" {
            let network = MultiScaleDiscriminator(
                scales: 2, inputs: 1, halvings: 2, width: 3, random: Random(seed: 1))
            let difference = try answer.difference(from: network) { x, mode in
                Tensor.concatenated(network.features(x, mode).map { $0[$0.count - 1].flattened(from: 0) })
            }
            #expect(difference == nil)
        } else {
            let network = Self.network(answer.name)
            #expect(try answer.difference(from: network) { network($0, $1) } == nil)
        }
    }

    @Test func publicSizesHaveTheirParameterCounts() {
        let random = Random(seed: 1)
        #expect(UNetGenerator(random: random).parameterCount == 54_413_955)
        #expect(UNetGenerator(levels: 7, random: random).parameterCount == 41_828_995)
        #expect(ResNetGenerator(random: random).parameterCount == 11_378_179)
        #expect(PatchDiscriminator(random: random).parameterCount == 2_768_705)
    }

    @Test func patchesHaveTheSizesOfThePaper() {
        #expect([1, 3, 5].map(PatchDiscriminator.patch) == [16, 70, 286])
        // One logit of the 16×16 discriminator depends on 16×16 pixels and no more.
        let random = Random(seed: 2)
        let network = PatchDiscriminator(inputs: 1, halvings: 1, width: 2, random: random)
        let image = random.normal([1, 1, 40, 40]).requiringGradient()
        let logit = network(image, .inference).slice(axis: 2, from: 8, count: 1).slice(axis: 3, from: 8, count: 1)
        let weights = gradients(of: logit, at: [image])[0]?.values ?? []
        let touched = weights.indices.filter { weights[$0] != 0 }.map { $0 % 40 }
        #expect((touched.max() ?? 0) - (touched.min() ?? 0) + 1 == 16)
    }

    @Test func dropoutDrawsInTrainingOnly() {
        let random = Random(seed: 3)
        let network = UNetGenerator(inputs: 1, outputs: 1, levels: 6, width: 2, random: random)
        let image = random.normal([1, 1, 64, 64])
        #expect(network(image, .inference).values == network(image, .inference).values)
        #expect(network(image, .training(random)).values != network(image, .training(random)).values)
    }
}
