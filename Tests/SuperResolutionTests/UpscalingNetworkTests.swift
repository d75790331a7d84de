import Layers
import SuperResolution
import TensorCore
import TestSupport
import Testing

/// The networks against what PyTorch's gave for the same weights, by name.
@Suite struct UpscalingNetworkTests {
    private static func network(_ name: String) -> any Layer {
        let random = Random(seed: 1)
        let scale = Int(name.suffix(1)) ?? 0
        return switch name.prefix(while: { $0 != "." }) {
        case "srresnet":
            SRResNet(scale: scale, channels: scale == 4 ? 3 : 1, blocks: 2, features: 4, random: random)
        case "msrresnet": MSRResNet(scale: scale, features: 4, blocks: 2, random: random)
        case "rrdb": RRDBNet(scale: scale, features: 6, blocks: 2, growth: 3, random: random)
        case "srvgg":
            SRVGGNetCompact(
                scale: scale, inputs: scale == 4 ? 3 : 1, features: 4, convolutions: scale == 4 ? 3 : 2, random: random)
        case "srgan": SRGANDiscriminator(size: 32, channels: 1, width: 3, hidden: 5, random: random)
        default: UNetDiscriminator(width: 3, random: random)
        }
    }

    @Test(arguments: try KnownAnswer.cases(of: "upscaling"))
    func agreesWithPyTorch(_ answer: KnownAnswer) throws {
        let network = Self.network(answer.name)
        #expect(try answer.difference(from: network) { network($0, $1) } == nil)
    }

    @Test func publicSizesHaveTheirParameterCounts() {
        let random = Random(seed: 1)
        #expect(RRDBNet(random: random).parameterCount == 16_697_987)
        #expect(RRDBNet(random: random).parameters.count == 702)
        #expect(RRDBNet(blocks: 6, random: random).parameterCount == 4_467_779)
        #expect(RRDBNet(blocks: 6, random: random).parameters.count == 192)
        #expect(MSRResNet(random: random).parameterCount == 1_517_571)
        #expect(MSRResNet(random: random).parameters.count == 74)
        #expect(SRVGGNetCompact(random: random).parameterCount == 621_424)
        #expect(SRVGGNetCompact(convolutions: 32, random: random).parameterCount == 1_213_296)
        #expect(SRResNet(random: random).parameterCount == 1_548_547)
        #expect(SRGANDiscriminator(random: random).parameterCount == 23_563_649)
        #expect(UNetDiscriminator(random: random).parameterCount == 4_376_897)
    }
}
