import ImageData
import ImageFiles
import TensorCore
import Testing

@testable import SuperResolution

/// Images of every kind through networks with random weights, which shift colors as no trained one would.
@Suite struct ImageUpscalerTests {
    private static func upscaler(
        tile: Int? = nil, pad: Int? = nil, channels: Int = 3, corrects: Bool = true, tta: Bool = false,
        isEven: Bool = false
    ) throws -> ImageUpscaler {
        let network = SRVGGNetCompact(
            scale: 2, inputs: channels, outputs: channels, features: 6, convolutions: 2, random: Random(seed: 5))
        if isEven {
            // Untrained, it makes four different pixels of one even on flat areas; here all are as the first.
            var weights = network.state()
            let first = (0..<channels * 4).map { $0 / 4 * 4 }
            for name in ["body.6.weight", "body.6.bias"] { weights[name] = weights[name]?.gathering(first, axis: 0) }
            try network.load(weights)
        }
        var settings = UpscalingPass.Settings()
        (settings.tile, settings.pad) = (tile, pad)
        (settings.correctsColor, settings.testTimeAugmentation) = (corrects, tta)
        return try ImageUpscaler([
            UpscalingPass(Upscaler(network), inputs: channels, outputs: channels, settings: settings)
        ])
    }

    /// Soft waves with a little texture.
    private static func image(_ width: Int, _ height: Int, channels: Int = 3, bits: Int = 8) -> Image {
        let largest = bits == 8 ? 255.0 : 65535
        let values = (0..<width * height * channels).map { index -> Double in
            let (pixel, channel) = (index / channels, index % channels)
            let (x, y) = (Double(pixel % width), Double(pixel / width))
            let wave = (x * 0.13 + Double(channel)).sine * (y * 0.09 - Double(channel)).sine
            let texture = Double((pixel &* 2_654_435_761 &+ channel &* 97) % 23) / 23 - 0.5
            return (0.5 + 0.35 * wave + 0.08 * texture) * largest
        }
        return bits == 8
            ? Image(width: width, height: height, channels: channels, samples8: values.map { UInt8($0) })
            : Image(width: width, height: height, channels: channels, samples16: values.map { UInt16($0) })
    }

    private static func levels(_ image: Image) -> [Int] {
        switch image.samples {
        case .bits8(let samples): samples.map(Int.init)
        case .bits16(let samples): samples.map(Int.init)
        }
    }

    private static func largestDifference(_ a: Image, _ b: Image, border: Int = 0) -> Int {
        let (one, other) = (levels(a), levels(b))
        guard a.width == b.width, one.count == other.count else { return .max }
        return one.indices.filter { index in
            let pixel = index / a.channels
            return min(
                pixel % a.width, pixel / a.width, a.width - 1 - pixel % a.width, a.height - 1 - pixel / a.width)
                >= border
        }.map { abs(one[$0] - other[$0]) }.max() ?? 0
    }

    @Test(arguments: [[255, 255, 255], [0, 0, 0], [128, 128, 128], [255, 0, 0], [13, 200, 77]])
    func flatColorsStayFlat(color: [UInt8]) throws {
        let flat = Image(width: 40, height: 33, channels: 3, samples8: (0..<40 * 33).flatMap { _ in color })
        let large = try Self.upscaler(tile: 32, isEven: true).upscaled(flat, to: .scale(2))
        let levels = Self.levels(large)
        #expect(levels.indices.allSatisfy { abs(levels[$0] - Int(color[$0 % 3])) <= 1 })
        if color.allSatisfy({ $0 == 255 }) { #expect(levels.allSatisfy { $0 == 255 }) }
    }

    @Test(arguments: [8, 16]) func theMeanColorStays(bits: Int) throws {
        let image = Self.image(61, 47, bits: bits)
        func means(_ image: Image) -> [Double] {
            let levels = Self.levels(image)
            return (0..<3).map { channel in
                stride(from: channel, to: levels.count, by: 3).reduce(0.0) { $0 + Double(levels[$1]) }
                    / Double(image.width * image.height) / (bits == 8 ? 1 : 257)
            }
        }
        let before = means(image)
        let after = means(try Self.upscaler().upscaled(image, to: .scale(2)))
        let raw = means(try Self.upscaler(corrects: false).upscaled(image, to: .scale(2)))
        #expect((0..<3).allSatisfy { abs(before[$0] - after[$0]) < 0.5 }, "\(before) \(after)")
        #expect((0..<3).contains { abs(before[$0] - raw[$0]) > 2 }, "the network shifts nothing")
    }

    @Test(arguments: [32, 40, 64]) func tilesDoNotShow(tile: Int) throws {
        let image = Self.image(101, 83)
        let whole = try Self.upscaler(tile: 256).upscaled(image, to: .scale(2))
        let tiled = try Self.upscaler(tile: tile).upscaled(image, to: .scale(2))
        #expect(Self.largestDifference(whole, tiled, border: 24) <= 1)
    }

    @Test func blendedTilesHaveNoSeams() throws {
        // What neighbors see differs here; along a seam they still meet without a step.
        let image = Self.image(90, 70)
        let whole = try Self.upscaler(tile: 256).upscaled(image, to: .scale(2))
        let tiled = try Self.upscaler(tile: 32, pad: 2).upscaled(image, to: .scale(2))
        #expect(Self.largestDifference(whole, tiled, border: 24) <= 32)
    }

    @Test func aNetworkThatTakesMultiplesIsTiledInTheirRhythm() throws {
        let network = RRDBNet(scale: 1, features: 6, blocks: 1, growth: 4, random: Random(seed: 2))
        func upscaled(tile: Int) throws -> Image {
            var settings = UpscalingPass.Settings()
            (settings.tile, settings.pad, settings.rowBytes) = (tile, 40, 0)
            return try ImageUpscaler([UpscalingPass(Upscaler(network), inputs: 3, outputs: 3, settings: settings)])
                .upscaled(Self.image(171, 150), to: .scale(1))
        }
        #expect(try Self.largestDifference(upscaled(tile: 512), upscaled(tile: 128), border: 24) <= 1)
    }

    @Test(arguments: [1, 2, 3, 4], [8, 16]) func everyKindStays(channels: Int, bits: Int) throws {
        for networkChannels in [1, 3] {
            let upscaler = try Self.upscaler(channels: networkChannels)
            for (width, height) in [(1, 1), (1, 211), (37, 41)] {
                let image = Self.image(width, height, channels: channels, bits: bits)
                let large = try upscaler.upscaled(image, to: .scale(2))
                #expect((large.width, large.height) == (2 * width, 2 * height))
                #expect(large.channels == channels && large.bitDepth == bits)
                let unit = bits == 8 ? 1 : 257
                let (small, result) = (Self.levels(image), Self.levels(large))
                let (one, other) = (small.reduce(0, +) / small.count, result.reduce(0, +) / result.count)
                #expect(abs(one - other) <= 3 * unit, "\(width)×\(height): \(one) \(other)")
            }
        }
    }

    @Test func sixteenBitsAreUsed() throws {
        let large = try Self.upscaler().upscaled(Self.image(32, 32, bits: 16), to: .scale(2))
        #expect(Self.levels(large).count { $0 % 257 != 0 } > 1000)
    }

    @Test func whatIsHiddenStaysHidden() throws {
        func image(_ garbage: [UInt8]) -> Image {
            let samples = (0..<48 * 48).flatMap { index -> [UInt8] in
                let (x, y) = (Double(index % 48) - 23.5, Double(index / 48) - 23.5)
                let distance = (x * x + y * y).squareRoot()
                let alpha = UInt8(min(max(16 - distance, 0), 3) / 3 * 255)
                return alpha == 0 ? garbage + [0] : [220, 30, 30, alpha]
            }
            return Image(width: 48, height: 48, channels: 4, samples8: samples)
        }
        let upscaler = try Self.upscaler(tile: 40, isEven: true)
        let large = try upscaler.upscaled(image([0, 255, 0]), to: .scale(2))
        #expect(try upscaler.upscaled(image([0, 0, 255]), to: .scale(2)).samples == large.samples)
        let levels = Self.levels(large)
        for pixel in 0..<96 * 96 where levels[pixel * 4 + 3] > 4 {
            #expect(abs(levels[pixel * 4] - 220) <= 2 && abs(levels[pixel * 4 + 1] - 30) <= 2)
        }
        #expect(levels[3] == 0 && levels[(48 * 96 + 48) * 4 + 3] >= 254)
    }

    @Test(arguments: [1, 5, 64]) func stripsGiveTheSameImage(rows: Int) throws {
        let upscaler = try Self.upscaler(tile: 40)
        for (width, height) in [(30, 21), (20, 24)] {
            for size in [UpscaledSize.scale(2), .scale(2.7), .scale(5), .scale(1.2)] {
                let image = Self.image(width, height, channels: 4, bits: 8)
                let whole = try upscaler.upscaled(image, to: size)
                var parts: [Image] = []
                let stream = upscaler.stream(
                    of: ImageOutline(image), to: size.size(width: width, height: height)
                ) { parts.append($0) }
                let source = image.rows()
                while let strip = try source.next(rows) { try stream.push(strip) }
                #expect(Image(stacking: parts).samples == whole.samples)
            }
        }
    }

    @Test func anyFactorWillDo() throws {
        let upscaler = try Self.upscaler()
        #expect([0.5, 1, 1.7, 3, 3.1, 6, 6.1, 16].map { upscaler.passes(for: $0).count } == [0, 1, 1, 1, 2, 2, 3, 4])
        let image = Self.image(12, 9)
        for (size, width, height) in [
            (UpscaledSize.scale(1), 12, 9), (.scale(1.5), 18, 14), (.scale(7), 84, 63),
            (.pixels(width: 30, height: nil, .inside), 30, 23), (.pixels(width: nil, height: 20, .inside), 27, 20),
            (.pixels(width: 30, height: 30, .inside), 30, 23), (.pixels(width: 30, height: 30, .outside), 40, 30),
            (.pixels(width: 31, height: 17, .stretch), 31, 17), (.pixels(width: 6, height: nil, .inside), 6, 5),
        ] {
            let large = try upscaler.upscaled(image, to: size)
            #expect((large.width, large.height) == (width, height))
        }
    }

    @Test func chainedAndResampledImagesLieWhereTheyDid() throws {
        let image = Self.image(40, 30)
        for factor in [2.5, 4, 5] {
            let large = try Self.upscaler().upscaled(image, to: .scale(factor))
            let back = large.resized(width: 40, height: 30, filter: .box)
            #expect(Self.largestDifference(image, back) < 24)
        }
    }

    @Test func mirroredImagesGiveMirroredResultsWithAugmentation() throws {
        let image = Self.image(20, 26)
        let plain = try Self.upscaler()
        let augmented = try Self.upscaler(tta: true)
        func isEven(_ upscaler: ImageUpscaler) throws -> Bool {
            let one = try upscaler.upscaled(image, to: .scale(2)).flippedHorizontally()
            return Self.largestDifference(one, try upscaler.upscaled(image.flippedHorizontally(), to: .scale(2))) <= 1
        }
        #expect(try isEven(augmented))
        #expect(try !isEven(plain))
    }

    @Test func cancelingIsNoticed() throws {
        #expect(throws: CancellationError.self) {
            _ = try Self.upscaler().upscaled(Self.image(8, 8), to: .scale(2), isCanceled: { true })
        }
        #expect(throws: UpscalingError.scale(1.5)) {
            let network = SRVGGNetCompact(scale: 2, features: 4, convolutions: 1, random: Random(seed: 1))
            _ = try UpscalingPass(Upscaler(network, resize: 0.75), inputs: 3, outputs: 3)
        }
    }
}

extension Double {
    /// Bhaskara's approximation, which is the same everywhere.
    fileprivate var sine: Double {
        let turn = (self / (2 * Double.pi)) - (self / (2 * Double.pi)).rounded(.down)
        let half = turn < 0.5 ? turn * 2 : turn * 2 - 1
        let arc = half * (1 - half)
        return (turn < 0.5 ? 1 : -1) * 16 * arc / (5 - 4 * arc)
    }
}
