import TestSupport
import Testing

@testable import ImageFiles

/// The chunks of a PNG beside its pixels, and files that are no PNG although they look like it.
@Suite struct ChunkTests {
    /// A PNG with chunks before and after its pixels.
    static func png(_ image: Image, before: [UInt8] = [], after: [UInt8] = []) throws -> [UInt8] {
        let bytes = try image.encoded(as: .png())
        return Array(bytes[..<33]) + before + bytes[33..<bytes.count - 12] + after + bytes.suffix(12)
    }

    static let image = Image.gradient(width: 9, height: 5, channels: 3)

    /// Optional chunks with valid contents.
    static let optional: [(type: String, data: [UInt8])] = [
        ("tEXt", Array("Title\0x".utf8)), ("zTXt", Array("Title\0\0".utf8) + PNGBytes.stored([65])),
        ("iTXt", Array("Title\0\0\0\0\0x".utf8)), ("gAMA", PNGBytes.bigEndian(45455)), ("sRGB", [0]),
        ("cHRM", (1...8).flatMap { PNGBytes.bigEndian($0 * 1000) }), ("pHYs", [0, 0, 1, 0, 0, 0, 1, 0, 1]),
        ("iCCP", Array("x\0\0".utf8) + PNGBytes.stored(OddProfile.profile())), ("cICP", [1, 13, 0, 1]),
        ("tIME", [7, 230, 1, 1, 1, 1, 1]), ("bKGD", [0, 0, 0, 0, 0, 0]), ("sBIT", [8, 8, 8]),
        ("sPLT", Array("x\0".utf8) + [8]), ("oFFs", [UInt8](repeating: 0, count: 9)),
        ("eXIf", Array("II*\0".utf8) + [8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0]),
        ("acTL", [0, 0, 0, 3, 0, 0, 0, 0]), ("prVt", Array("private".utf8)), ("iDOT", [UInt8](repeating: 3, count: 28)),
    ]

    static func damaged(_ chunk: [UInt8]) -> [UInt8] { chunk.dropLast() + [chunk[chunk.count - 1] ^ 1] }

    @Test(arguments: optional.map(\.type), [true, false])
    func anOptionalChunkWithAWrongChecksumIsLeftOut(type: String, before: Bool) throws {
        let data = try #require(Self.optional.first { $0.type == type }).data
        let chunk = Self.damaged(PNGBytes.chunk(type, data))
        let bytes = try Self.png(Self.image, before: before ? chunk : [], after: before ? [] : chunk)
        let image = try Image.decode(bytes, name: "image")
        #expect(image.samples == Self.image.samples)
        let loss = ImageLoss(.damage, "what has a wrong checksum (\(type))")
        var metadata = ImageMetadata(sourceFormat: .png, sourceBitDepth: 8, losses: [loss])
        #expect(image.metadata == metadata)

        let folder = try TemporaryFolder()
        let rows = try ImageRowReader(folder.file("image.png", bytes))
        var read = 0
        while let part = try rows.next(2) { read += part.height }
        #expect(read == Self.image.height)
        #expect(rows.metadata == metadata)
        metadata.losses = []
        #expect(try Image.decode(image.encoded(as: .png()), name: "again").metadata == metadata)
    }

    @Test func severalDamagedChunksAreOneLoss() throws {
        let chunks = Self.optional.flatMap { Self.damaged(PNGBytes.chunk($0.type, $0.data)) }
        let image = try Image.decode(Self.png(Self.image, before: chunks + chunks), name: "image")
        #expect(image.samples == Self.image.samples)
        #expect(image.metadata.losses.count == 1)
        let words = image.metadata.losses.first?.description
        #expect(words?.hasPrefix("what has a wrong checksum (tEXt, zTXt, iTXt,") == true)
    }

    /// What the pixels are made of is no option.
    @Test(arguments: ["IHDR", "PLTE", "tRNS", "IDAT", "IEND"])
    func aDamagedChunkOfPixelsIsRefused(type: String) throws {
        var bytes = try Fixture.contents("palette8-transparent.png")
        let name = Array(type.utf8)
        let at = try #require(bytes.indices.first { bytes[$0...].starts(with: name) })
        let size = bytes[at - 4..<at].reduce(0) { $0 << 8 | Int($1) }
        bytes[at + 4 + size] ^= 1
        #expect {
            try Image.decode(bytes, name: "image")
        } throws: {
            guard case ImageError.corrupt(_, let reason) = $0 else { return false }
            return type != "tRNS" || reason.contains("tRNS")
        }
        guard type == "tRNS" else { return }
        #expect(try Image.decode(bytes, name: "image", allowPartial: true).channels == 3)
        // A damaged name makes it a chunk that nobody knows, and the image opaque.
        bytes[at + 4 + size] ^= 1
        bytes[at + 1] ^= 1
        #expect(throws: ImageError.self) { try Image.decode(bytes, name: "image") }
        let folder = try TemporaryFolder()
        let path = try folder.file("image.png", bytes)
        #expect(throws: ImageError.self) { try ImageRowReader(path).next(1) }
    }

    @Test(arguments: [true, false], [2, 3, 1000])
    func laterFramesAreCounted(isFirstFrame: Bool, frames: Int) throws {
        let control = PNGBytes.chunk("acTL", PNGBytes.bigEndian(frames) + [0, 0, 0, 0])
        let frame = PNGBytes.chunk("fcTL", [UInt8](repeating: 0, count: 26))
        let bytes = try Self.png(
            Self.image, before: control + (isFirstFrame ? frame : []),
            after: frame + PNGBytes.chunk("fdAT", [0, 0, 0, 2, 1, 2, 3]))
        let left = frames - (isFirstFrame ? 1 : 0)
        let words = left == 1 ? "1 later frame of the animation" : "\(left) later frames of the animation"
        let image = try Image.decode(bytes, name: "image")
        #expect(image.samples == Self.image.samples)
        #expect(image.metadata.losses == [ImageLoss(.frames, words)])
        let folder = try TemporaryFolder()
        #expect(try ImageRowReader(folder.file("image.png", bytes)).metadata.losses == [ImageLoss(.frames, words)])
    }

    @Test func anAnimationOfOneFrameIsAnImage() throws {
        let control = PNGBytes.chunk("acTL", PNGBytes.bigEndian(1) + [0, 0, 0, 0])
        let frame = PNGBytes.chunk("fcTL", [UInt8](repeating: 0, count: 26))
        #expect(try Image.decode(Self.png(Self.image, before: control + frame), name: "image").metadata.losses.isEmpty)
    }

    @Test func textsThatCannotBeUnpackedAreCounted() throws {
        let chunks =
            PNGBytes.chunk("zTXt", Array("Title\0\0abc".utf8)) + PNGBytes.chunk("tEXt", Array("no zero".utf8))
            + PNGBytes.chunk("tEXt", Array("Author\0me".utf8))
        let metadata = try Image.decode(Self.png(Self.image, before: chunks), name: "image").metadata
        #expect(metadata.text == [.init(keyword: "Author", value: "me")])
        #expect(metadata.losses == [ImageLoss(.metadata, "2 texts (too many, too long or damaged)")])
    }

    /// Each way in says what the file is.
    static func expectRefusal(_ bytes: [UInt8], _ isRight: (ImageError) -> Bool) throws {
        let folder = try TemporaryFolder()
        let path = try folder.file("image.png", bytes)
        for read in [
            { _ = try Image.decode(bytes, name: path) }, { _ = try Image.read(path, allowPartial: true) },
            { _ = try Image.header(of: path) }, { _ = try ImageRowReader(path) },
        ] {
            #expect {
                try read()
            } throws: {
                ($0 as? ImageError).map(isRight) ?? false
            }
        }
    }

    @Test func anXcodeOptimizedPNGIsCalledThat() throws {
        let bytes = try Self.image.encoded(as: .png())
        let optimized = Array(bytes[..<8]) + PNGBytes.chunk("CgBI", [0x50, 0, 0x20, 2]) + bytes[8...]
        try Self.expectRefusal(optimized) {
            guard case .unsupported(_, let reason) = $0 else { return false }
            return reason.contains("Xcode-optimized PNG (CgBI)")
        }
    }

    @Test(arguments: [
        "version https://git-lfs.github.com/spec/v1\noid sha256:\(String(repeating: "4d7a", count: 16))\nsize 12345\n",
        "version https://hawser.github.com/spec/v1\noid sha256:00\nsize 1\n",
        "version https://git-lfs.github.com/spec/v1\r\n",
    ])
    func aPointerOfGitLFSIsCalledThat(pointer: String) throws {
        try Self.expectRefusal(Array(pointer.utf8)) {
            guard case .notFetched(_, let reason) = $0 else { return false }
            return reason.contains("Git LFS pointer") && reason.contains("git lfs pull")
        }
    }

    @Test func aPointerOfGitAnnexIsCalledThat() throws {
        try Self.expectRefusal(Array("/annex/objects/SHA256E-s3--ba78.png\n".utf8)) {
            guard case .notFetched(_, let reason) = $0 else { return false }
            return reason.contains("git annex get")
        }
    }
}
