import Atelier

/// Limits of images that are sent.
package struct ImageAllowance: Sendable {
    /// Bytes of the file.
    package var bytes: Int
    /// Pixels, checked before memory is taken for them.
    package var pixels: Int

    /// A drawing, or a photo to draw after.
    package static let drawing = ImageAllowance(bytes: 24 << 20, pixels: 24_000_000)
    /// A photo to upscale.
    package static let photo = ImageAllowance(bytes: 64 << 20, pixels: 50_000_000)

    /// The image that bytes from a request hold.
    ///
    /// - Parameter name: what the bytes are called where they are no image.
    /// - Throws: ``Refusal``: 413 for too many pixels, 415 for what is no image, 422 for a damaged one.
    package func image(_ bytes: [UInt8], name: String = "the image") throws(Refusal) -> Image {
        guard !bytes.isEmpty else {
            throw Refusal(.unsupportedType, "not-an-image", "There is no image file where \(name) should be.")
        }
        let limits = ImageLimits(
            maxWidth: 1 << 15, maxHeight: 1 << 15, maxPixels: pixels, maxBytes: 8 * pixels + (64 << 20))
        do { return try Image.decode(bytes, name: name, limits: limits) } catch {
            throw Refusal(of: error)
        }
    }
}

extension Response {
    /// An image as a PNG.
    ///
    /// - Parameter isQuick: packs it less, in a fraction of the time.
    package static func png(_ image: Image, isQuick: Bool = true, headers: [(String, String)] = []) throws -> Response {
        Response(type: "image/png", headers: headers, body: .bytes(try image.png(isQuick: isQuick)))
    }
}

extension Image {
    /// The image as the bytes of a PNG file.
    package func png(isQuick: Bool) throws -> [UInt8] {
        try encoded(as: .png(isQuick ? .init(filter: .up, compression: 1) : .init()))
    }
}
