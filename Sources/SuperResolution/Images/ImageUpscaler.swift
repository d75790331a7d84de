import ImageData
import ImageFiles
import TensorCore

/// Upscales images of any size and kind, without seams, color shifts or fringes at transparent edges. Keeps the bit
/// depth.
///
///     let large = try ImageUpscaler(upscaler, channels: 3).upscaled(photo, to: .scale(4))
package struct ImageUpscaler: Sendable {
    /// How images go through the network. If the network can process rows, and memory suffices for the whole width,
    /// images go through row by row; the result is then exactly that of the whole image. Otherwise images go through in
    /// tiles.
    package struct Settings: Sendable, Hashable {
        /// The largest side of a tile; nil for the largest that `tileBytes` allows. Narrower images go through row by
        /// row, whatever the memory.
        package var tile: Int?
        /// The margin of a tile; nil for the distance on which network and color correction depend, but at most 96 and
        /// at most a quarter of `tile` (or 32, if that is larger).
        package var pad: Int?
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
    /// The width of the reflection around an image.
    static let border = 10
    /// The heights of strips. Higher strips save time, because ten rows of each are computed twice.
    private static let (longStrips, shortStrips) = ([128, 96], [64, 48, 32])

    /// - Parameters:
    ///   - upscaler: a network with a whole scale.
    ///   - channels: of its images, 1 or 3.
    /// - Throws: `UpscalingError` if the scale of the network is not an integer.
    package init(_ upscaler: Upscaler, channels: Int, settings: Settings = Settings()) throws(UpscalingError) {
        let scale = Int(saturating: upscaler.scale.rounded())
        guard channels == 1 || channels == 3 else { throw .channels(channels) }
        guard scale >= 1, abs(upscaler.scale - Double(scale)) < 1e-9 else { throw .scale(upscaler.scale) }
        network = TileNetwork(
            upscaler: upscaler, fit: ChannelFit(channels: channels), scale: scale,
            testTimeAugmentation: settings.testTimeAugmentation, correctsColor: settings.correctsColor)
        self.settings = settings
        tile = settings.tile ?? Self.tile(for: upscaler, channels: channels, bytes: settings.tileBytes)
        let farthest = min(max(tile / 4, Self.smallPad), Self.farthestPad)
        pad = settings.pad ?? min(upscaler.reach + ColorCorrection.reach, farthest)
    }

    /// Whether images go through row by row if memory suffices.
    package var takesRows: Bool { network.upscaler.rows != nil && !settings.testTimeAugmentation }
    /// The scale of one pass through the network.
    package var scale: Int { network.scale }
    /// The axes along which images repeat.
    package var wrapping: Wrapping { network.upscaler.wrapping }

    /// The next sizes for which an image repeats as the network needs it; nil if the image has such a size.
    package func fittingSize(width: Int, height: Int) -> (width: Int, height: Int)? {
        func fitting(_ length: Int, _ wraps: Bool) -> Int {
            let multiple = network.upscaler.multiple
            return wraps ? (length + multiple - 1) / multiple * multiple : length
        }
        let size = (fitting(width, wrapping.joinsColumns), fitting(height, wrapping.joinsRows))
        return size == (width, height) ? nil : size
    }

    private static func tile(for upscaler: Upscaler, channels: Int, bytes: Int) -> Int {
        let sides = stride(from: 512, through: 64, by: -16)
        return sides.first { upscaler.bytes(height: $0, width: $0, channels: channels) <= bytes } ?? 64
    }

    /// The height of the strips for an image; nil if it goes through in tiles.
    private func strip(width: Int, height: Int, channels: Int) -> Int? {
        guard !settings.testTimeAugmentation, let rows = network.upscaler.rows else { return nil }
        let extent = line(width, tile: .max, wraps: wrapping.joinsColumns).axis.extent
        let count = network.fit.count(for: Self.colors(of: channels))
        let wraps = wrapping.joinsRows
        func fits(_ strip: Int, _ bytes: Int) -> Bool {
            count * rows.bytes(width: extent, strip: strip, wraps: wraps) <= bytes
        }
        let most = settings.rowBytes
        let whole = RowNetwork.strip(for: line(height, tile: .max, wraps: wrapping.joinsRows).axis.extent)
        return ([whole] + Self.longStrips).first { fits($0, min(settings.tileBytes, most)) }
            ?? Self.shortStrips.first { fits($0, most) } ?? ((settings.tile ?? 0) >= extent ? 32 : nil)
    }

    /// Channels without alpha.
    private static func colors(of channels: Int) -> Int { channels.isMultiple(of: 2) ? channels - 1 : channels }

    /// The number of passes for a factor: until the remaining factor is at most 1.5, which resampling covers. Images
    /// that become smaller need no pass.
    func passes(for factor: Double) -> Int {
        if factor < 1 { return 0 }
        if scale == 1 { return 1 }
        var (passes, reached) = (1, Double(scale))
        while factor > reached * 1.5 { (passes, reached) = (passes + 1, reached * Double(scale)) }
        return passes
    }

    /// The approximate memory for processing an image in strips.
    package func bytes(width: Int, channels: Int, bitDepth: Int, to size: (width: Int, height: Int)) -> Int {
        let passes = passes(for: Double(size.width) / Double(width))
        var (extent, total) = (width, 2 * settings.tileBytes)
        let seen = Double(size.height) * Double(width) / Double(max(size.width, 1))
        var height = max(Int(saturating: seen.rounded()), 1)
        for _ in 0..<passes {
            let strip = strip(width: extent, height: height, channels: channels)
            if let strip, let rows = network.upscaler.rows {
                let colors = Self.colors(of: channels)
                let bytes = rows.bytes(width: extent, strip: strip, wraps: wrapping.joinsRows)
                total += (network.fit.count(for: colors) + channels - colors) * bytes
            }
            if wrapping.joinsRows { total += extent * height * channels * 2 }
            (extent, height) = (extent * scale, height * scale)
            total += extent * (strip ?? min(tile, 512)) * scale * channels * (bitDepth / 8) * 2
        }
        return total
    }

    /// A stream that takes the rows of an image and emits those of the result.
    ///
    /// - Parameters:
    ///   - image: the size and kind of the image.
    ///   - size: that of the result.
    ///   - isCanceled: checked before each tile, or each layer of a strip; if true, `CancellationError` is thrown.
    ///   - emit: receives rows of the result, which have the channels and bit depth of the image.
    package func stream(
        of image: ImageOutline, to size: (width: Int, height: Int),
        isCanceled: @escaping () -> Bool = { false }, emit: @escaping (Image) throws -> Void
    ) -> UpscalingStream {
        let (across, down) = (
            Double(size.width) / Double(image.width), Double(size.height) / Double(image.height)
        )
        let passes = passes(for: max(across, down))
        var sizes = [(width: image.width, height: image.height)]
        for _ in 0..<passes {
            sizes.append((sizes[sizes.count - 1].width * scale, sizes[sizes.count - 1].height * scale))
        }
        let made = sizes[passes]
        var next = emit
        if made != size {
            let resampler = RowResampler(
                from: made, to: size, channels: image.channels, bitDepth: image.bitDepth, filter: .lanczos3,
                wrapping: wrapping, emit: emit)
            next = { try resampler.push($0) }
        }
        for pass in (0..<passes).reversed() {
            // Intermediate results are not rounded to 8 bits.
            let isRounded = pass == passes - 1 && made == size && image.bitDepth == 8
            next = upscaler(sizes[pass], channels: image.channels, isRounded, isCanceled, next)
        }
        return UpscalingStream(first: next)
    }

    private func upscaler(
        _ size: (width: Int, height: Int), channels: Int, _ isRounded: Bool, _ isCanceled: @escaping () -> Bool,
        _ emit: @escaping (Image) throws -> Void
    ) -> (Image) throws -> Void {
        isRounded
            ? upscaler(of: UInt8.self, size, channels: channels, isCanceled, emit)
            : upscaler(of: UInt16.self, size, channels: channels, isCanceled, emit)
    }

    private func upscaler<Sample: SampleType>(
        of _: Sample.Type, _ size: (width: Int, height: Int), channels: Int, _ isCanceled: @escaping () -> Bool,
        _ emit: @escaping (Image) throws -> Void
    ) -> (Image) throws -> Void {
        func lines(tile: Int) -> (columns: TileSeams, rows: TileSeams) {
            (
                line(size.width, tile: tile, wraps: wrapping.joinsColumns),
                line(size.height, tile: tile, wraps: wrapping.joinsRows)
            )
        }
        if let strip = strip(width: size.width, height: size.height, channels: channels),
            let rows = network.upscaler.rows
        {
            let whole = lines(tile: .max)
            return RowUpscaler<Sample>(
                columns: whole.columns, rows: whole.rows, channels: channels, network: network, through: rows,
                strip: strip, isCanceled: isCanceled, emit: emit
            ).push
        }
        let tiles = lines(tile: tile)
        var network = network
        network.wrapping = Wrapping(
            x: tiles.columns.axis.wraps && tiles.columns.axis.count == 1,
            y: tiles.rows.axis.wraps && tiles.rows.axis.count == 1)
        return BandUpscaler<Sample>(
            columns: tiles.columns, rows: tiles.rows, channels: channels, network: network, isCanceled: isCanceled,
            emit: emit
        ).push
    }

    func line(_ length: Int, tile: Int, wraps: Bool = false) -> TileSeams {
        TileSeams(
            length: length, tile: tile, pad: pad, border: min(pad, Self.border),
            feather: pad < network.upscaler.reach ? pad / 2 : 0, multiple: network.upscaler.multiple, wraps: wraps)
    }

    /// Upscales an image in memory; keeps its metadata.
    ///
    /// - Throws: `NonFiniteResult`, `OutOfMemory`, `CancellationError`.
    package func upscaled(
        _ image: Image, to size: UpscaledSize, isCanceled: @escaping () -> Bool = { false }
    ) throws -> Image {
        let wanted = size.size(width: image.width, height: image.height)
        if wanted == (image.width, image.height), passes(for: 1) == 0 { return image }
        let outline = ImageOutline(
            width: wanted.width, height: wanted.height, channels: image.channels, bitDepth: image.bitDepth)
        var rows = try StackedRows(allocating: outline)
        try stream(of: ImageOutline(image), to: wanted, isCanceled: isCanceled) { rows.append($0) }.push(image)
        var result = rows.image
        result.metadata = image.metadata.resized(
            from: (image.width, image.height), to: (result.width, result.height))
        return result
    }
}

/// Upscales an image strip by strip.
package final class UpscalingStream {
    private let first: (Image) throws -> Void

    init(first: @escaping (Image) throws -> Void) { self.first = first }

    /// Adds the next rows of the image, in any number. The last row of the image completes the result.
    package func push(_ rows: Image) throws { try first(rows) }
}

/// Why images cannot be upscaled by a network.
package enum UpscalingError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Its scale is not an integer.
    case scale(Double)
    /// It does not work on gray or color images.
    case channels(Int)

    /// The reason in words.
    package var description: String {
        switch self {
        case .scale(let scale): "its scale is \(scale); it must be an integer"
        case .channels(let channels): "it has \(channels) channels; images have 1 or 3"
        }
    }
}
