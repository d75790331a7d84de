import Testing

@testable import ImageFiles

/// IPTC's fields in the wrappings of the formats.
@Suite struct IPTCTests {
    /// A title, a city, and a keyword of 300 letters.
    private static let fields: [UInt8] =
        [0x1C, 2, 5, 0, 3] + Array("Sea".utf8) + [0x1C, 2, 90, 0, 6] + Array("Bremen".utf8) + [0x1C, 2, 25, 1, 44]
        + [UInt8](repeating: 0x6B, count: 300)

    @Test(arguments: [ImageFormat.png, .jpeg, .tiff])
    func formatsKeepThem(format: ImageFormat) throws {
        var image = Image.gradient(width: 9, height: 5, channels: 3)
        for fields in [Self.fields, Self.fields + [0x1C], Array(repeating: Self.fields, count: 400).flatMap { $0 }] {
            image.metadata.iptc = fields
            let again = try Image.decode(image.encoded(as: EncodingOptions(format)), name: "image").metadata
            #expect(again.iptc == fields)
            #expect(again.text.isEmpty)
            #expect(image.losses(as: EncodingOptions(format)).isEmpty)
        }
    }

    @Test func aWebPHasNoPlaceForThem() throws {
        var image = Image.gradient(width: 9, height: 5, channels: 3)
        image.metadata.iptc = Self.fields
        #expect(image.losses(as: .webp()).map(\.kind) == [.metadata])
        #expect(try Image.decode(image.encoded(as: .webp()), name: "image").metadata.iptc == nil)
    }

    @Test func theyAreFoundBehindOtherResources() {
        let other = Array("8BIM".utf8) + [4, 0x25, 3, 65, 66, 67, 0, 0, 0, 3, 1, 2, 3, 0]
        #expect(IPTCFields.inside(resources: other + IPTCFields.resources(Self.fields)) == Self.fields)
        #expect(IPTCFields.inside(resources: other) == nil)
    }

    @Test func brokenResourcesDoNoHarm() {
        let resources = IPTCFields.resources(Self.fields)
        for count in 0..<resources.count { _ = IPTCFields.inside(resources: Array(resources.prefix(count))) }
        for at in 0..<12 {
            for value in [0, 0x7F, 0xFF] as [UInt8] {
                var broken = resources
                broken[at] = value
                _ = IPTCFields.inside(resources: broken)
            }
        }
        for text in ["", "iptc", "\niptc\n4", "\niptc\n1\nzz\n", "\niptc\n2\n41\n", "\niptc\n-1\n41\n"] {
            #expect(IPTCFields.rawProfile(text) == nil)
        }
        #expect(IPTCFields.rawProfile("\niptc\n       2\n4142\n") == [65, 66])
    }
}
