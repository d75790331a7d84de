import ImageData
import ImageFiles
import Layers
import TensorCore
import TestSupport
import Testing

@testable import SuperResolution

/// Networks one after the other, networks of other channels, and what lies beyond the border.
@Suite struct UpscalingChainTests {
    private static func compact(
        _ scale: Int, inputs: Int = 3, outputs: Int = 3, seed: UInt64 = 5
    ) -> SRVGGNetCompact {
        SRVGGNetCompact(
            scale: scale, inputs: inputs, outputs: outputs, features: 6, convolutions: 2, random: Random(seed: seed))
    }

    private static func rrdb(_ scale: Int, doublings: Int, inputs: Int = 3, outputs: Int = 3) -> RRDBNet {
        RRDBNet(
            scale: scale, inputs: inputs, outputs: outputs, features: 6, blocks: 1, growth: 4, doublings: doublings,
            random: Random(seed: 2)
        ).bolder()
    }

    private static func pass(
        _ network: any UpscalingGenerator, inputs: Int = 3, outputs: Int = 3, tile: Int? = nil, prePad: Int = 10,
        corrects: Bool = true, rowBytes: Int = 1 << 30, wrapping: Wrapping = .neither
    ) throws -> UpscalingPass {
        var settings = UpscalingPass.Settings()
        (settings.tile, settings.prePad, settings.correctsColor) = (tile, prePad, corrects)
        settings.rowBytes = rowBytes
        return try UpscalingPass(
            Upscaler(network, wrapping: wrapping), inputs: inputs, outputs: outputs, settings: settings)
    }

    private static func image(_ width: Int, _ height: Int, channels: Int = 3, bits: Int = 16) -> Image {
        let values = Random(seed: 9).uniform([height * width * channels]).values
        return bits == 8
            ? Image(width: width, height: height, channels: channels, samples8: values.map { UInt8($0 * 255) })
            : Image(width: width, height: height, channels: channels, samples16: values.map { UInt16($0 * 65535) })
    }

    /// What the network makes of the whole image at once.
    private static func whole(_ network: any UpscalingGenerator, _ image: Image, channels: Int) -> Image {
        let x = (Tensor(image, channels: channels) + 1) * 0.5
        return Image(Upscaler(network)(x) * 2 - 1, bitDepth: image.bitDepth)
    }

    private static func difference(_ a: Image, _ b: Image) -> Int {
        switch (a.samples, b.samples) {
        case (.bits8(let one), .bits8(let other)) where one.count == other.count:
            zip(one, other).reduce(0) { max($0, abs(Int($1.0) - Int($1.1))) }
        case (.bits16(let one), .bits16(let other)) where one.count == other.count:
            zip(one, other).reduce(0) { max($0, abs(Int($1.0) - Int($1.1))) }
        default: .max
        }
    }

    // MARK: Beyond the border

    /// The network on the whole image, with its own padding, in tiles and by rows.
    @Test(arguments: [nil, 32, 40] as [Int?], [(45, 37), (101, 83), (33, 150), (5, 3)])
    func withoutReflectionItIsTheNetwork(tile: Int?, size: (width: Int, height: Int)) throws {
        let image = Self.image(size.width, size.height)
        let networks: [any UpscalingGenerator] = [
            Self.compact(2), Self.rrdb(4, doublings: 2), Self.rrdb(2, doublings: 2), Self.rrdb(1, doublings: 0),
        ]
        for network in networks {
            let pass = try Self.pass(network, tile: tile, prePad: 0, corrects: false)
            let large = try ImageUpscaler([pass]).upscaled(image, to: .scale(Double(network.scale)))
            let expected = Self.whole(network, image, channels: 3)
            #expect(Self.difference(large, expected) <= 2)
            let reflected = try Self.pass(network, tile: tile, corrects: false)
            let other = try ImageUpscaler([reflected]).upscaled(image, to: .scale(Double(network.scale)))
            #expect(Self.difference(large, other) > 20)
        }
    }

    // MARK: Chains

    @Test(arguments: [8, 16], [1, 3, 4]) func aChainIsOneAfterTheOther(bits: Int, channels: Int) throws {
        let (first, second) = (try Self.pass(Self.compact(1)), try Self.pass(Self.compact(2, seed: 8)))
        let image = Self.image(41, 33, channels: channels, bits: bits)
        let chain = ImageUpscaler([first, second])
        let large = try chain.upscaled(image, to: .scale(2))
        #expect((large.width, large.height, large.channels, large.bitDepth) == (82, 66, channels, bits))
        // In between are 16 bits.
        let wide = bits == 16 ? image : Self.widened(image)
        let between = try ImageUpscaler([first]).upscaled(wide, to: .scale(1))
        let expected = try ImageUpscaler([second]).upscaled(between, to: .scale(2))
        #expect(Self.difference(large, bits == 16 ? expected : expected.converted8()) <= 1)
        #expect(try Self.difference(large, ImageUpscaler([second]).upscaled(image, to: .scale(2))) > 3)
    }

    private static func widened(_ image: Image) -> Image {
        guard case .bits8(let samples) = image.samples else { return image }
        return Image(
            width: image.width, height: image.height, channels: image.channels,
            samples16: samples.map { UInt16($0) * 257 })
    }

    @Test func stripsOfAChainGiveTheSameImage() throws {
        let chain = ImageUpscaler([
            try Self.pass(Self.rrdb(1, doublings: 0)), try Self.pass(Self.compact(2), tile: 40),
        ])
        let image = Self.image(30, 87, channels: 4, bits: 8)
        let whole = try chain.upscaled(image, to: .scale(2))
        var parts: [Image] = []
        let stream = chain.stream(of: ImageOutline(image), to: (60, 174)) { parts.append($0) }
        let source = image.rows()
        while let strip = try source.next(7) { try stream.push(strip) }
        #expect(Image(stacking: parts).samples == whole.samples)
        #expect(parts.count > 1)
    }

    @Test func allNetworksRunAndTheLastThatEnlargesRunsAgain() throws {
        let (clean, twice) = (try Self.pass(Self.compact(1)), try Self.pass(Self.compact(2)))
        let sharpen = try Self.pass(Self.compact(1, seed: 7))
        let chain = ImageUpscaler([clean, twice, sharpen])
        #expect(chain.scale == 2)
        func scales(_ factor: Double) -> [Int] { chain.passes(for: factor).map(\.scale) }
        #expect(scales(1) == [1, 2, 1] && scales(3) == [1, 2, 1] && scales(8) == [1, 2, 1, 2, 2])
        // What becomes smaller is still cleaned.
        #expect(scales(0.5) == [1, 1])
        let alone = ImageUpscaler([clean])
        #expect([0.5, 1, 4].map { alone.passes(for: $0).count } == [1, 1, 1])
        let image = Self.image(20, 16)
        #expect(try alone.upscaled(image, to: .scale(1)).width == 20)
        #expect(try alone.upscaled(image, to: .scale(4)).width == 80)
        #expect(try alone.upscaled(image, to: .scale(0.5)).width == 10)
    }

    @Test func imagesThatRepeatFitAllNetworks() throws {
        let passes = try [
            Self.pass(Self.rrdb(1, doublings: 1), wrapping: .xy), Self.pass(Self.compact(2), wrapping: .xy),
            Self.pass(Self.rrdb(1, doublings: 2), wrapping: .xy),
        ]
        #expect(passes.map(\.multiple) == [2, 1, 4])
        let chain = ImageUpscaler(passes)
        // The last one takes multiples of 4 of twice the size.
        #expect(chain.fittingSize(width: 30, height: 14) == nil)
        #expect(try #require(chain.fittingSize(width: 31, height: 14)) == (32, 14))
        let other = ImageUpscaler([passes[2], passes[1]])
        #expect(try #require(other.fittingSize(width: 30, height: 12)) == (32, 12))
        #expect(chain.bytes(width: 30, channels: 3, bitDepth: 8, to: (60, 28)) > 0)
    }

    // MARK: Channels

    /// Alpha goes in with the colors, as the network was trained.
    @Test(arguments: [1, 2, 3, 4], [8, 16])
    func networksWithAlphaTakeImagesOfEveryKind(channels: Int, bits: Int) throws {
        for network in [Self.compact(2, inputs: 4, outputs: 4), Self.rrdb(2, doublings: 1, inputs: 4, outputs: 4)]
            as [any UpscalingGenerator]
        {
            let pass = try Self.pass(network, inputs: 4, outputs: 4, prePad: 0, corrects: false)
            let upscaler = ImageUpscaler([pass])
            let image = Self.image(23, 18, channels: channels, bits: bits)
            let large = try upscaler.upscaled(image, to: .scale(2))
            #expect(large.channels == channels && large.bitDepth == bits && large.width == 46)
            let y = Upscaler(network)((Tensor(image.converted(channels: 4), channels: 4) + 1) * 0.5)
            func plane(_ index: Int) -> Tensor { y.slice(axis: 1, from: index, count: 1) }
            let gray = plane(0) * 0.299 + plane(1) * 0.587 + plane(2) * 0.114
            let kept = [[gray], [gray, plane(3)], [plane(0), plane(1), plane(2)], [y]][channels - 1]
            let wanted = Image(Tensor.concatenated(kept, axis: 1) * 2 - 1, bitDepth: bits)
            #expect(Self.difference(large, wanted) <= 1)
        }
    }

    @Test(arguments: [1, 2, 3, 4]) func grayBecomesColor(channels: Int) throws {
        for network in [Self.compact(2, inputs: 1, outputs: 3), Self.rrdb(2, doublings: 1, inputs: 1, outputs: 3)]
            as [any UpscalingGenerator]
        {
            let upscaler = ImageUpscaler([try Self.pass(network, inputs: 1, outputs: 3, prePad: 0)])
            let image = Self.image(23, 18, channels: channels)
            let large = try upscaler.upscaled(image, to: .scale(2))
            let wanted = channels % 2 == 0 ? 4 : 3
            #expect(large.channels == wanted && upscaler.channels(of: channels) == wanted && large.height == 36)
            if channels == 1 {
                let expected = Self.whole(network, image, channels: 1)
                #expect(Self.difference(large, expected) <= 1)
            }
            #expect(try upscaler.upscaled(image, to: .scale(0.5)).channels == wanted)
        }
        // A colorizing network, then one of color.
        let chain = ImageUpscaler([
            try Self.pass(Self.compact(1, inputs: 1, outputs: 3), inputs: 1, outputs: 3),
            try Self.pass(Self.compact(2)),
        ])
        #expect(try chain.upscaled(Self.image(9, 7, channels: 1), to: .scale(2)).channels == 3)
    }

    @Test(arguments: [(2, 2), (3, 1), (3, 4), (4, 3), (1, 4)]) func otherChannelsAreRefused(inputs: Int, outputs: Int) {
        #expect(throws: UpscalingError.channels(inputs, outputs)) {
            _ = try ChannelFit(inputs: inputs, outputs: outputs)
        }
    }
}
