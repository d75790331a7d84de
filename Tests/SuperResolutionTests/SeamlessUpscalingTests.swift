import Foundation
import ImageData
import ImageFiles
import Layers
import TensorCore
import TestSupport
import Testing

@testable import SuperResolution

/// Images that repeat stay so when they become larger.
@Suite struct SeamlessUpscalingTests {
    private static func network(_ name: String, _ random: Random) -> any UpscalingGenerator {
        switch name {
        case "srresnet": SRResNet(scale: 2, blocks: 2, features: 6, random: random)
        case "msrresnet ×3": MSRResNet(scale: 3, features: 6, blocks: 2, random: random)
        case "msrresnet ×4": MSRResNet(scale: 4, features: 6, blocks: 2, random: random)
        case "compact": SRVGGNetCompact(scale: 2, features: 6, convolutions: 2, random: random)
        default:
            RRDBNet(
                scale: Int(name.suffix(1)) ?? 4, features: 8, blocks: 1, growth: 4, random: random
            ).bolder()
        }
    }

    private static let names = [
        "srresnet", "msrresnet ×3", "msrresnet ×4", "compact", "rrdb ×1", "rrdb ×2", "rrdb ×4",
    ]

    @Test(arguments: names, [Wrapping.x, .y, .xy])
    func noNetworkSeesABorder(_ name: String, _ wrapping: Wrapping) {
        let network = Self.network(name, Random(seed: 3))
        unsettle(network)
        let upscaler = Upscaler(network, wrapping: wrapping)
        let images: Shape = [1, 3, 20, 12]
        let error = torusError(images, grid: network.multiple, scale: Double(network.scale), wrapping) { upscaler($0) }
        #expect(error < 1e-5)
        let x = Random(seed: 5).uniform(images)
        #expect(upscaler(x).distance(from: network(x, .inference.wrapping(wrapping))) < 1e-5)
        #expect(upscaler(x, wrapping: .neither).distance(from: network(x, .inference)) < 1e-5)
    }

    @Test(arguments: [0.5, 1.5]) func aSizeAtTheEndIsReachedOnTheTorus(_ resize: Double) {
        let upscaler = Upscaler(Self.network("compact", Random(seed: 3)), resize: resize, wrapping: .xy)
        let error = torusError([1, 3, 12, 16], grid: 1, scale: 2 * resize, .xy) { upscaler($0) }
        #expect(error < 1e-5)
    }

    @Test(arguments: [(1, Wrapping.y), (2, .xy), (4, .xy), (4, .y)], [4, 16, 64])
    func rowsComeOutInOrder(_ network: (scale: Int, wrapping: Wrapping), _ strip: Int) {
        let (scale, wrapping) = network
        let network = RRDBNet(scale: scale, features: 8, blocks: 2, growth: 4, random: Random(seed: 3)).bolder()
        let rows = network.rowNetwork(.inference.wrapping(wrapping))
        let fold = 4 / scale
        for height in [1, 2, 5, 17, 61].map({ $0 * fold }) {
            let x = Random(seed: 4).uniform([1, 3, height, 7 * fold])
            let stream = RowStream(rows, RowExtent(height: height, width: 7 * fold, strip: strip, wraps: true))
            let turned = x.gathering(RowNetwork.order(height, from: -rows.inputShift), axis: 2)
            var parts: [Tensor] = []
            for start in stride(from: 0, to: height, by: strip) {
                let part = turned.slice(axis: 2, from: start, count: min(strip, height - start))
                if let made = stream.push(part, {}) { parts.append(made) }
            }
            while !stream.isFinished { if let made = stream.push(nil, {}) { parts.append(made) } }
            let expected = network(x, .inference.wrapping(wrapping))
            #expect(Tensor.concatenated(parts, axis: 2).distance(from: expected) < 1e-5, "\(height) rows")
        }
    }

    @Test func wideImagesGoThroughInParts() {
        let network = RRDBNet(scale: 4, features: 8, blocks: 1, growth: 4, random: Random(seed: 3)).bolder()
        let x = Random(seed: 4).uniform([1, 3, 6, 150])
        let expected = network(x, .inference.wrapping(.xy))
        #expect(Upscaler(network, wrapping: .xy)(x).distance(from: expected) < 1e-5)
    }

    // MARK: Images

    private static func image(_ width: Int, _ height: Int, channels: Int = 3) -> Image {
        let values = (0..<width * height * channels).map { index -> UInt8 in
            let (pixel, channel) = (index / channels, index % channels)
            let (x, y) = (Double(pixel % width), Double(pixel / width))
            let turn = 2 * Double.pi
            let wave = sin(turn * (2 * x / Double(width) + Double(channel) / 3)) * sin(turn * 3 * y / Double(height))
            let texture = Double((pixel &* 2_654_435_761 &+ channel &* 97) % 23) / 23 - 0.5
            if channels == 4, channel == 3 { return x < Double(width) / 3 ? 0 : UInt8(200 + 50 * wave) }
            return UInt8((0.5 + 0.3 * wave + 0.2 * texture) * 255)
        }
        return Image(width: width, height: height, channels: channels, samples8: values)
    }

    private static func rolled(_ image: Image, _ down: Int, _ right: Int) -> Image {
        let x = Tensor(image, channels: image.channels)
        return Image(x.rolled(down: down, right: right), bitDepth: image.bitDepth)
    }

    private static func difference(_ a: Image, _ b: Image) -> Int {
        guard case .bits8(let one) = a.samples, case .bits8(let other) = b.samples, one.count == other.count else {
            return .max
        }
        return zip(one, other).reduce(0) { max($0, abs(Int($1.0) - Int($1.1))) }
    }

    private static func upscaler(
        _ name: String, tile: Int? = nil, pad: Int? = nil, tta: Bool = false, corrects: Bool = true,
        _ wrapping: Wrapping = .xy
    ) throws -> ImageUpscaler {
        var settings = UpscalingPass.Settings()
        (settings.tile, settings.pad, settings.testTimeAugmentation) = (tile, pad, tta)
        settings.correctsColor = corrects
        let network = network(name, Random(seed: 5))
        return try ImageUpscaler([
            UpscalingPass(Upscaler(network, wrapping: wrapping), inputs: 3, outputs: 3, settings: settings)
        ])
    }

    @Test(arguments: ["compact", "rrdb ×2", "rrdb ×4"], [(3, false), (4, false), (3, true)])
    func imagesRepeat(_ name: String, _ kind: (channels: Int, tta: Bool)) throws {
        let (channels, tta) = kind
        let upscaler = try Self.upscaler(name, tta: tta)
        let image = Self.image(30, 22, channels: channels)
        let large = try upscaler.upscaled(image, to: .scale(Double(upscaler.scale)))
        let moved = try upscaler.upscaled(Self.rolled(image, 4, 10), to: .scale(Double(upscaler.scale)))
        let scale = upscaler.scale
        #expect(Self.difference(moved, Self.rolled(large, 4 * scale, 10 * scale)) <= 1)
    }

    @Test(arguments: [Wrapping.x, .y, .xy], [3, 4])
    func tilesAreTheWhole(_ wrapping: Wrapping, _ channels: Int) throws {
        let image = Self.image(150, 97, channels: channels)
        let whole = try Self.upscaler("compact", tile: 512, wrapping).upscaled(image, to: .scale(2))
        let tiles = try Self.upscaler("compact", tile: 80, pad: 24, wrapping).upscaled(image, to: .scale(2))
        #expect(Self.difference(whole, tiles) <= 1)
        let other = try Self.upscaler("compact", tile: 80, pad: 24, .neither).upscaled(image, to: .scale(2))
        #expect(Self.difference(whole, other) > 3)
    }

    @Test func rowsAreTheWhole() throws {
        let image = Self.image(40, 230, channels: 4)
        let rows = try Self.upscaler("rrdb ×4").upscaled(image, to: .scale(4))
        let tiles = try Self.upscaler("rrdb ×4", .x).upscaled(
            Self.rolled(image, 100, 0), to: .scale(4))
        // Far from the top and the bottom of the second, which does not repeat there.
        let middle = Self.rolled(rows, 400, 0)
        #expect(Self.difference(middle.rows(300..<600), tiles.rows(300..<600)) <= 1)
    }

    /// Tiles that see less than the network does are blended across the seam as well.
    @Test func narrowMarginsLeaveNoSeam() throws {
        let image = Self.image(120, 96)
        let large = try Self.upscaler("srresnet", tile: 40, pad: 4).upscaled(image, to: .scale(2))
        let x = Tensor(large, channels: 3)
        let whole = Tensor(try Self.upscaler("srresnet").upscaled(image, to: .scale(2)), channels: 3)
        #expect(x.seam(axis: 2) < 1.2 * whole.seam(axis: 2) && x.seam(axis: 3) < 1.2 * whole.seam(axis: 3))
    }

    @Test(arguments: [UpscaledSize.scale(6), .scale(1), .scale(0.5), .pixels(width: 90, height: 66, .stretch)])
    func anySizeRepeats(_ size: UpscaledSize) throws {
        let upscaler = try Self.upscaler("compact")
        let image = Self.image(30, 22)
        let large = try upscaler.upscaled(image, to: size)
        let moved = try upscaler.upscaled(Self.rolled(image, 6, 10), to: size)
        let (down, right) = (6 * large.height / 22, 10 * large.width / 30)
        #expect(Self.difference(moved, Self.rolled(large, down, right)) <= 1)
        // In strips, too.
        var parts: [Image] = []
        let outline = ImageOutline(image)
        let stream = upscaler.stream(of: outline, to: (large.width, large.height)) { parts.append($0) }
        for start in stride(from: 0, to: 22, by: 5) { try stream.push(image.rows(start..<min(start + 5, 22))) }
        #expect(Self.difference(Image(stacking: parts), large) == 0)
    }

    @Test func sizesThatDoNotRepeatAreKnown() throws {
        let upscaler = try Self.upscaler("rrdb ×1", .x)
        #expect(upscaler.fittingSize(width: 30, height: 21).map { [$0.width, $0.height] } == [32, 21])
        #expect(upscaler.fittingSize(width: 32, height: 21) == nil)
        let free = try Self.upscaler("rrdb ×1", .neither)
        #expect(free.fittingSize(width: 30, height: 21) == nil)
    }
}
