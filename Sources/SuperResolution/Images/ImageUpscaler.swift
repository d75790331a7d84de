import ImageData
import ImageFiles
import TensorCore

/// Upscales images of any size and kind with one or more networks, without seams, color shifts or fringes at transparent
/// edges. Keeps the bit depth.
///
///     let large = try ImageUpscaler([UpscalingPass(upscaler, inputs: 3, outputs: 3)]).upscaled(photo, to: .scale(4))
package struct ImageUpscaler: Sendable {
    /// The networks that an image goes through, in order.
    let chain: [UpscalingPass]

    /// - Parameter chain: the networks that an image goes through, at least one.
    package init(_ chain: [UpscalingPass]) {
        precondition(!chain.isEmpty, "ImageUpscaler: no network")
        self.chain = chain
    }

    /// The scale of one pass through all networks.
    package var scale: Int { chain.reduce(1) { $0 * $1.scale } }
    /// The axes along which images repeat.
    package var wrapping: Wrapping { chain.dropFirst().reduce(chain[0].wrapping) { $0.intersection($1.wrapping) } }

    /// Channels of the result for an image.
    package func channels(of image: Int) -> Int { chain.reduce(image) { $1.channels(of: $0) } }

    /// The next sizes for which an image repeats as the networks need it; nil if the image has such a size.
    package func fittingSize(width: Int, height: Int) -> (width: Int, height: Int)? {
        func fitting(_ length: Int, _ wraps: (Wrapping) -> Bool) -> Int {
            var (multiple, reached) = (1, 1)
            for pass in chain {
                if wraps(pass.wrapping) {
                    let own = pass.multiple / Self.commonDivisor(pass.multiple, reached)
                    multiple *= own / Self.commonDivisor(own, multiple)
                }
                reached *= pass.scale
            }
            return (length + multiple - 1) / multiple * multiple
        }
        let size = (fitting(width, \.joinsColumns), fitting(height, \.joinsRows))
        return size == (width, height) ? nil : size
    }

    private static func commonDivisor(_ a: Int, _ b: Int) -> Int { b == 0 ? a : commonDivisor(b, a % b) }

    /// The networks that an image goes through for a factor: all; then the last one that enlarges, until the remaining
    /// factor is at most 1.5, which resampling covers. Images that become smaller go only through those that keep the
    /// size or make color of gray.
    func passes(for factor: Double) -> [UpscalingPass] {
        if factor < 1 { return chain.filter { $0.scale == 1 || $0.makesColor } }
        var (passes, reached) = (chain, Double(scale))
        guard let last = chain.last(where: { $0.scale > 1 }) else { return passes }
        while factor > reached * 1.5 {
            passes.append(last)
            reached *= Double(last.scale)
        }
        return passes
    }

    /// The approximate memory for processing an image in strips.
    package func bytes(width: Int, channels: Int, bitDepth: Int, to size: (width: Int, height: Int)) -> Int {
        let passes = passes(for: Double(size.width) / Double(width))
        let seen = Double(size.height) * Double(width) / Double(max(size.width, 1))
        var (width, height, channels) = (width, max(Int(saturating: seen.rounded()), 1), channels)
        var total = 2 * (chain.map(\.tileBytes).max() ?? 0)
        for pass in passes {
            total += pass.bytes(width: width, height: height, channels: channels, bitDepth: bitDepth)
            (width, height, channels) = (width * pass.scale, height * pass.scale, pass.channels(of: channels))
        }
        return total
    }

    /// A stream that takes the rows of an image and emits those of the result.
    ///
    /// - Parameters:
    ///   - image: the size and kind of the image.
    ///   - size: that of the result.
    ///   - isCanceled: checked before each tile, or each layer of a strip; if true, `CancellationError` is thrown.
    ///   - emit: receives rows of the result, which have the bit depth of the image, and its channels unless a network
    ///     makes color of gray.
    package func stream(
        of image: ImageOutline, to size: (width: Int, height: Int),
        isCanceled: @escaping () -> Bool = { false }, emit: @escaping (Image) throws -> Void
    ) -> UpscalingStream {
        let (across, down) = (
            Double(size.width) / Double(image.width), Double(size.height) / Double(image.height)
        )
        let passes = passes(for: max(across, down))
        var images = [image]
        for pass in passes {
            let last = images[images.count - 1]
            images.append(
                ImageOutline(
                    width: last.width * pass.scale, height: last.height * pass.scale,
                    channels: pass.channels(of: last.channels), bitDepth: image.bitDepth))
        }
        let made = images[passes.count]
        let isWhole = (made.width, made.height) == size
        var next = emit
        if !isWhole {
            let resampler = RowResampler(
                from: (made.width, made.height), to: size, channels: made.channels, bitDepth: image.bitDepth,
                filter: .lanczos3, wrapping: wrapping, emit: emit)
            next = { try resampler.push($0) }
        }
        for (index, pass) in passes.enumerated().reversed() {
            // Intermediate results are not rounded to 8 bits.
            let isRounded = index == passes.count - 1 && isWhole && image.bitDepth == 8
            next = pass.rows(of: images[index], isRounded: isRounded, isCanceled, next)
        }
        return UpscalingStream(first: next)
    }

    /// Upscales an image in memory; keeps its metadata.
    ///
    /// - Parameter tell: is told how many rows of the result are done.
    /// - Throws: `NonFiniteResult`, `OutOfMemory`, `CancellationError`.
    package func upscaled(
        _ image: Image, to size: UpscaledSize, isCanceled: @escaping () -> Bool = { false },
        telling tell: @escaping (Int) -> Void = { _ in }
    ) throws -> Image {
        let wanted = size.size(width: image.width, height: image.height)
        let outline = ImageOutline(
            width: wanted.width, height: wanted.height, channels: channels(of: image.channels),
            bitDepth: image.bitDepth)
        var rows = try StackedRows(allocating: outline)
        var done = 0
        try stream(of: ImageOutline(image), to: wanted, isCanceled: isCanceled) {
            rows.append($0)
            done += $0.height
            tell(done)
        }.push(image)
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
