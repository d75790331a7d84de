import ImageFiles
import Testing

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
}
