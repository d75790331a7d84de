import Testing

@testable import ImageFiles

@Suite struct RoundTripTests {
    static let kinds: [(channels: Int, bits: Int)] = (1...4).flatMap { channels in
        [8, 16].map { (channels, $0) }
    }

    @Test(arguments: kinds)
    func pngKeepsEverySample(channels: Int, bits: Int) throws {
        let image = Image.sample(width: 37, height: 23, channels: channels, bits: bits)
        let decoded = try Image.decode(image.encoded(as: .png()), name: "image")
        #expect(decoded.width == 37 && decoded.height == 23 && decoded.channels == channels)
        #expect(decoded.samples == image.samples)
        #expect(decoded.metadata.sourceFormat == .png)
        #expect(decoded.metadata.sourceBitDepth == bits)
    }

    @Test(arguments: EncodingOptions.PNG.Filter.allCases, [0, 1, 9])
    func everyFilterAndCompressionIsLossless(filter: EncodingOptions.PNG.Filter, compression: Int) throws {
        let image = Image.sample(width: 31, height: 17, channels: 3, bits: 8)
        let bytes = try image.encoded(as: .png(.init(filter: filter, compression: compression)))
        #expect(try Image.decode(bytes, name: "image").samples == image.samples)
    }

    @Test(arguments: EncodingOptions.JPEG.Subsampling.allCases, [false, true])
    func jpegStaysNear(subsampling: EncodingOptions.JPEG.Subsampling, progressive: Bool) throws {
        let image = Image.gradient(width: 48, height: 32, channels: 3)
        let bytes = try image.encoded(
            as: .jpeg(.init(quality: 95, subsampling: subsampling, progressive: progressive)))
        let decoded = try Image.decode(bytes, name: "image")
        #expect(decoded.channels == 3)
        #expect(try decoded.largestDifference(from: image) <= 12)
    }

    @Test func grayStaysGrayInJPEG() throws {
        let image = Image.gradient(width: 40, height: 40, channels: 1)
        let decoded = try Image.decode(image.encoded(as: .jpeg()), name: "image")
        #expect(decoded.channels == 1)
        #expect(try decoded.largestDifference(from: image) <= 3)
    }

    /// Whatever comes out of a damaged file can be written in both formats and comes back; a PNG keeps all of it.
    @Test(arguments: Fixture.all) func whatIsReadCanBeWritten(fixture: Fixture) throws {
        let bytes = try fixture.bytes()
        var state: UInt64 = 23
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(truncatingIfNeeded: state >> 33) % bound
        }
        let limits = ImageLimits(maxWidth: 512, maxHeight: 512, maxPixels: 1 << 16, maxBytes: 1 << 22)
        for round in 0..<24 {
            var damaged = bytes
            for _ in 0..<[0, 1, 2, 5][round % 4] {
                // Mostly in the part with the metadata.
                damaged[next(round % 3 == 0 ? bytes.count : min(bytes.count, 900))] = UInt8(next(256))
            }
            if fixture.isPNG { PNGBytes.makeChecksumsRight(&damaged) }
            guard let image = try? Image.decode(damaged, name: "image", limits: limits, allowPartial: true) else {
                continue
            }
            for format in ImageFormat.allCases where format.isWritten {
                let again = try Image.decode(image.encoded(as: EncodingOptions(format)), name: "again")
                #expect(again.width == image.width && again.height == image.height)
                #expect(again.metadata.losses.isEmpty)
                let losses = image.losses(as: EncodingOptions(format))
                #expect(again.metadata.iccProfile != nil || image.metadata.iccProfile == nil || !losses.isEmpty)
                guard format == .png else { continue }
                #expect(again.samples == image.samples)
                #expect(again.metadata.xmp == image.metadata.xmp.map(XMPPacket.upright))
                #expect(again.metadata.colorimetry == image.metadata.colorimetry)
                let values = image.metadata.text.map { text in
                    String(decoding: text.value.utf8.filter { $0 != 0 }, as: UTF8.self)
                }
                #expect(again.metadata.text.map(\.value) == values || !losses.isEmpty)
            }
        }
    }
}
