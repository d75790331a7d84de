import Foundation
import TestSupport
import Testing

@testable import ImageFiles

/// Animations that are written, read again and compared.
@Suite struct AnimationTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func path(_ name: String) -> String { folder.path + "/" + name }

    /// Few colors, so that a GIF holds them all; some rows stay as they are.
    private func frame(_ number: Int, channels: Int = 3) -> Image {
        var samples: [UInt8] = []
        for y in 0..<12 {
            for x in 0..<17 {
                let moves = y > 3 && y < 9 ? number : 0
                samples += [UInt8((x + moves) % 6 * 40), UInt8(y / 2 * 30), 90]
                if channels == 4 { samples.append((x + moves) % 3 == 0 ? 0 : 255) }
            }
        }
        return Image(width: 17, height: 12, channels: channels, samples8: samples)
    }

    private func write(
        _ format: ImageFormat, _ frames: [AnimationFrame], plays: Int = 0, _ name: String? = nil
    ) throws -> String {
        let path = path(name ?? "a." + format.fileExtension)
        let options: EncodingOptions = format == .webp ? .webp(.init(isLossless: true)) : .png()
        let writer = try #require(
            try format.animationWriter(path, frames: frames.count, plays: plays, options: options))
        for frame in frames { try writer.add(frame) }
        #expect(try writer.finish() == (try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int))
        return path
    }

    private func read(_ path: String) throws -> [AnimationFrame] {
        let reader = try AnimationReader(path)
        var frames: [AnimationFrame] = []
        while let frame = try reader.next() { frames.append(frame) }
        #expect(frames.count == reader.frameCount)
        return frames
    }

    /// Pixels without the colors of those that are transparent.
    private func visible(_ image: Image) throws -> [UInt8] {
        var samples = try image.samples8()
        guard image.channels == 4 else { return samples }
        for pixel in stride(from: 0, to: samples.count, by: 4) where samples[pixel + 3] == 0 {
            for color in 0..<3 { samples[pixel + color] = 0 }
        }
        return samples
    }

    @Test(arguments: [ImageFormat.gif, .png, .webp], [3, 4])
    func framesTimesAndLoopsComeBack(_ format: ImageFormat, _ channels: Int) throws {
        let frames = (0..<5).map {
            AnimationFrame(frame($0, channels: channels), duration: AnimationDuration(5 + $0, 100))
        }
        for plays in [0, 1, 3] {
            let path = try write(format, frames, plays: plays)
            let reader = try AnimationReader(path)
            #expect(reader.plays == plays)
            #expect(reader.hasAlpha == (channels == 4))
            let back = try read(path)
            #expect(back.map(\.duration.seconds) == frames.map(\.duration.seconds))
            for (one, other) in zip(back, frames) { #expect(try visible(one.image) == visible(other.image)) }
            #expect(Image.isAnimation(path))
        }
    }

    @Test func rowsThatStayAreNotWrittenAgain() throws {
        let still = frame(0)
        for format in [ImageFormat.gif, .png, .webp] {
            let one = try write(format, [AnimationFrame(still, duration: AnimationDuration(1, 10))], "one")
            let many = try write(
                format, (0..<6).map { _ in AnimationFrame(still, duration: AnimationDuration(1, 10)) }, "many")
            let (small, large) = (
                try Data(contentsOf: URL(fileURLWithPath: one)).count,
                try Data(contentsOf: URL(fileURLWithPath: many)).count
            )
            // A GIF's palette comes with each frame.
            #expect(large - small < 5 * (format == .gif ? 830 : 140), "\(format)")
        }
    }

    @Test func roundedTimesDoNotDrift() throws {
        // A sixtieth of a second is no whole number of hundredths.
        let frames = (0..<60).map { AnimationFrame(frame($0), duration: AnimationDuration(1, 60)) }
        let back = try read(try write(.gif, frames))
        #expect(abs(back.reduce(0) { $0 + $1.duration.seconds } - 1) < 0.006)
    }

    @Test func metadataOfTheFirstFrameAreThoseOfTheFile() throws {
        for format in [ImageFormat.png, .webp] {
            var first = frame(0)
            first.metadata.xmp = "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"></x:xmpmeta>"
            first.metadata.iccProfile = Array(try Fixtures.data("ImageFiles/srgb.icc"))
            let path = try write(
                format, [first, frame(1)].map { AnimationFrame($0, duration: AnimationDuration(1, 10)) })
            let metadata = try AnimationReader(path).metadata
            #expect(metadata.xmp != nil)
            #expect(metadata.iccProfile == first.metadata.iccProfile)
            #expect(metadata.losses.isEmpty)
        }
    }

    @Test func imagesOfManyColorsGetAFittingPalette() throws {
        let samples = (0..<64 * 64).flatMap { (pixel: Int) -> [UInt8] in
            [UInt8(pixel % 64 * 4), UInt8(pixel / 64 * 4), UInt8((pixel % 64 + pixel / 64) * 2)]
        }
        let image = Image(width: 64, height: 64, channels: 3, samples8: samples)
        let back = try read(
            try write(.gif, [0, 1].map { _ in AnimationFrame(image, duration: AnimationDuration(1, 10)) }))
        let errors = zip(try back[0].image.samples8(), samples).map { abs(Int($0) - Int($1)) }
        #expect(errors.reduce(0, +) / errors.count < 8)
        #expect(errors.max() ?? 255 < 48)
        // The second frame is the first one again.
        #expect(back[1].image == back[0].image)
    }

    @Test func cutOffFilesAreNamedAndPartlyRead() throws {
        let frames = (0..<4).map { AnimationFrame(frame($0), duration: AnimationDuration(1, 10)) }
        for format in [ImageFormat.gif, .png, .webp] {
            let whole = Array(try Data(contentsOf: URL(fileURLWithPath: try write(format, frames))))
            let cut = try folder.file("cut." + format.fileExtension, Array(whole.dropLast(30)))
            #expect { _ = try AnimationReader(cut) } throws: {
                guard case ImageError.truncated(cut, _) = $0 else { return false }
                return true
            }
            let reader = try AnimationReader(cut, allowPartial: true)
            #expect(reader.frameCount == 3)
            #expect(reader.metadata.isPartial)
            #expect(try reader.next()?.image.samples8() == frames[0].image.samples8())
        }
    }

    @Test func stillImagesAreNoAnimations() throws {
        let path = path("still.png")
        try frame(0).write(to: path)
        #expect(!Image.isAnimation(path))
        #expect { _ = try AnimationReader(path) } throws: { "\($0)".contains("no animation") }
        let other = self.path("still.jpg")
        try frame(0).write(to: other)
        #expect { _ = try AnimationReader(other) } throws: { "\($0)".contains("no animation") }
    }

    @Test func damagedFilesEndInErrors() throws {
        let frames = (0..<3).map { AnimationFrame(frame($0, channels: 4), duration: AnimationDuration(1, 10)) }
        var random = SplitMix(7)
        for format in [ImageFormat.gif, .png, .webp] {
            let whole = Array(try Data(contentsOf: URL(fileURLWithPath: try write(format, frames))))
            for _ in 0..<150 {
                var bytes = whole
                for _ in 0..<3 {
                    bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: random.next())
                }
                let damaged = try folder.file("damaged", bytes)
                let limits = ImageLimits(maxWidth: 2000, maxHeight: 2000, maxPixels: 1 << 20, maxBytes: 1 << 24)
                do {
                    let reader = try AnimationReader(damaged, limits: limits, allowPartial: true)
                    while try reader.next() != nil {}
                } catch is ImageError {}
            }
        }
    }
}
