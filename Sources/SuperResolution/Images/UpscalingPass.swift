import ImageData
import ImageFiles
import TensorCore

/// How images of any size go through one network. If the network can process rows, and memory suffices for the whole
/// width, they go through row by row; the result is then exactly that of the whole image. Otherwise they go through in
/// tiles.
package struct UpscalingPass: Sendable {
    /// How an image goes through.
    package struct Settings: Sendable, Hashable {
        /// The largest side of a tile; nil for the largest that `tileBytes` allows. Narrower images go through row by
        /// row, whatever the memory.
        package var tile: Int?
        /// The margin of a tile; nil for the distance on which network and color correction depend, but at most 96 and
        /// at most a quarter of `tile` (or 32, if that is larger).
        package var pad: Int?
        /// The width of the reflection around an image, at most the margin of a tile. Without any, the network's own
        /// padding begins at the border, as in the programs that trained it.
        package var prePad = 10
        /// Whether to average over the eight rotations and reflections of a tile.
        package var testTimeAugmentation = false
        /// Whether to correct the network's color shift.
        package var correctsColor = true
        /// Memory for processing a tile.
        package var tileBytes = 320 << 20
        /// Memory for the rows that a network remembers when an image goes through row by row. Alpha that varies
        /// doubles it.
        package var rowBytes = 1 << 30

        /// The defaults of every property.
        package init() {}
    }

    let network: TileNetwork
    private let settings: Settings
    /// The largest side of a tile.
    package let tile: Int
    /// The margin of a tile.
    package let pad: Int

    /// The largest default margin of a tile. Blending hides the rest of the network's reach. RRDBNet with 23 blocks
    /// reaches farther, but pixels beyond hardly change a level.
    private static let farthestPad = 96
    /// The least margin of a small tile, if the network reaches that far.
    private static let smallPad = 32
    /// The heights of strips. Higher strips save time, because ten rows of each are computed twice.
    private static let (longStrips, shortStrips) = ([128, 96], [64, 48, 32])

    /// - Parameters:
    ///   - upscaler: a network with a whole scale.
    ///   - inputs, outputs: the channels that it takes and makes: 1, 3, or 4 with alpha, and as many or 3 of 1.
    /// - Throws: `UpscalingError` for other channels, and if the scale of the network is not an integer.
    package init(
        _ upscaler: Upscaler, inputs: Int, outputs: Int, settings: Settings = Settings()
    ) throws(UpscalingError) {
        let fit = try ChannelFit(inputs: inputs, outputs: outputs)
        let scale = Int(saturating: upscaler.scale.rounded())
        guard scale >= 1, abs(upscaler.scale - Double(scale)) < 1e-9 else { throw .scale(upscaler.scale) }
        network = TileNetwork(
            upscaler: upscaler, fit: fit, scale: scale, testTimeAugmentation: settings.testTimeAugmentation,
            correctsColor: settings.correctsColor && !fit.makesColor)
        self.settings = settings
        tile = settings.tile ?? Self.tile(for: upscaler, fit, bytes: settings.tileBytes)
        let farthest = min(max(tile / 4, Self.smallPad), Self.farthestPad)
        pad = settings.pad ?? min(upscaler.reach + ColorCorrection.reach, farthest)
    }

    /// Whether images go through row by row if memory suffices.
    package var takesRows: Bool { !settings.testTimeAugmentation && network.upscaler.rows != nil }
    /// How many times larger the result is.
    package var scale: Int { network.scale }
    /// The axes along which images repeat.
    var wrapping: Wrapping { network.upscaler.wrapping }
    /// The number of which the sides of images that repeat must be multiples.
    var multiple: Int { network.upscaler.multiple }

    /// Whether gray images become color.
    var makesColor: Bool { network.fit.makesColor }

    /// Channels of the result for an image.
    func channels(of image: Int) -> Int { network.fit.result(of: image) }

    private static func tile(for upscaler: Upscaler, _ fit: ChannelFit, bytes: Int) -> Int {
        let sides = stride(from: 512, through: 64, by: -16)
        return sides.first {
            upscaler.bytes(height: $0, width: $0, inputs: fit.inputs, outputs: fit.outputs) <= bytes
        } ?? 64
    }

    /// The height of the strips for an image; nil if it goes through in tiles.
    private func strip(width: Int, height: Int, channels: Int) -> Int? {
        guard !settings.testTimeAugmentation, let rows = network.upscaler.rows else { return nil }
        let extent = line(width, tile: .max, wraps: wrapping.joinsColumns).axis.extent
        let count = network.fit.runs(for: network.fit.joint(channels))
        let wraps = wrapping.joinsRows
        func fits(_ strip: Int, _ bytes: Int) -> Bool {
            count * rows.bytes(width: extent, strip: strip, wraps: wraps) <= bytes
        }
        let most = settings.rowBytes
        let whole = RowNetwork.strip(for: line(height, tile: .max, wraps: wrapping.joinsRows).axis.extent)
        return ([whole] + Self.longStrips).first { fits($0, min(settings.tileBytes, most)) }
            ?? Self.shortStrips.first { fits($0, most) } ?? ((settings.tile ?? 0) >= extent ? 32 : nil)
    }

    /// The approximate memory for processing an image in strips.
    func bytes(width: Int, height: Int, channels: Int, bitDepth: Int) -> Int {
        var total = 0
        let strip = strip(width: width, height: height, channels: channels)
        if let strip, let rows = network.upscaler.rows {
            total += network.fit.runs(for: channels) * rows.bytes(width: width, strip: strip, wraps: wrapping.joinsRows)
        }
        if wrapping.joinsRows { total += width * height * channels * 2 }
        let band = width * scale * (strip ?? min(tile, 512)) * scale
        return total + band * self.channels(of: channels) * (bitDepth / 8) * 2
    }

    /// The memory for processing a tile, whatever the image.
    var tileBytes: Int { settings.tileBytes }

    /// Starts an image: takes its rows and emits those of the result.
    ///
    /// - Parameters:
    ///   - image: its size and kind.
    ///   - isRounded: whether the result has 8 bits, not 16.
    func rows(
        of image: ImageOutline, isRounded: Bool, _ isCanceled: @escaping () -> Bool,
        _ emit: @escaping (Image) throws -> Void
    ) -> (Image) throws -> Void {
        isRounded
            ? rows(of: image, as: UInt8.self, isCanceled, emit) : rows(of: image, as: UInt16.self, isCanceled, emit)
    }

    private func rows<Sample: SampleType>(
        of image: ImageOutline, as _: Sample.Type, _ isCanceled: @escaping () -> Bool,
        _ emit: @escaping (Image) throws -> Void
    ) -> (Image) throws -> Void {
        func lines(tile: Int) -> (columns: TileSeams, rows: TileSeams) {
            (
                line(image.width, tile: tile, wraps: wrapping.joinsColumns),
                line(image.height, tile: tile, wraps: wrapping.joinsRows)
            )
        }
        if let strip = strip(width: image.width, height: image.height, channels: image.channels),
            let rows = network.upscaler.rows
        {
            let whole = lines(tile: .max)
            return RowUpscaler<Sample>(
                columns: whole.columns, rows: whole.rows, channels: image.channels, network: network, through: rows,
                strip: strip, isCanceled: isCanceled, emit: emit
            ).push
        }
        let tiles = lines(tile: tile)
        var network = network
        network.wrapping = Wrapping(
            x: tiles.columns.axis.wraps && tiles.columns.axis.count == 1,
            y: tiles.rows.axis.wraps && tiles.rows.axis.count == 1)
        return BandUpscaler<Sample>(
            columns: tiles.columns, rows: tiles.rows, channels: image.channels, network: network,
            isCanceled: isCanceled, emit: emit
        ).push
    }

    func line(_ length: Int, tile: Int, wraps: Bool = false) -> TileSeams {
        let border = min(pad, settings.prePad)
        let isOne = length + 2 * border <= tile
        return TileSeams(
            length: length, tile: tile, pad: pad, border: border,
            feather: pad < network.upscaler.reach ? pad / 2 : 0,
            multiple: isOne ? network.upscaler.extended : network.upscaler.multiple, wraps: wraps)
    }
}

/// Why images cannot be upscaled by a network.
package enum UpscalingError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Its scale is not an integer.
    case scale(Double)
    /// It does not work on gray or color images: the channels that it takes and makes.
    case channels(Int, Int)

    /// The reason in words.
    package var description: String {
        switch self {
        case .scale(let scale): "its scale is \(scale); it must be an integer"
        case .channels(let inputs, let outputs):
            "it takes \(inputs) channels and makes \(outputs); upscaling takes networks of gray (1), color (3) or color "
                + "with alpha (4), and such that make color of gray"
        }
    }
}
