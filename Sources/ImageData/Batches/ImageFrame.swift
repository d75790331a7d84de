import ImageFiles

/// The form that images are converted to for a network: size, channels, and the way of conversion.
package struct ImageFrame: Sendable, Equatable {
    /// Columns.
    package var width: Int
    /// Rows.
    package var height: Int
    /// 1 gray, 2 gray and alpha, 3 RGB, 4 RGBA.
    package var channels: Int
    /// How images of other proportions fit into it.
    package var fit: Fit
    /// How they are resized.
    package var filter: ResizeFilter
    /// The border around an image that does not fill the frame.
    package var padding: Padding
    /// The background behind transparent pixels.
    package var background: EncodingOptions.Background

    /// - Parameters:
    ///   - width, height: in pixels.
    ///   - channels: 1 gray, 2 gray and alpha, 3 RGB, 4 RGBA.
    package init(
        width: Int, height: Int, channels: Int, fit: Fit = .crop, filter: ResizeFilter = .bicubic,
        padding: Padding = .black, background: EncodingOptions.Background = .white
    ) {
        precondition(width > 0 && height > 0, "ImageFrame: \(width)×\(height)")
        precondition((1...4).contains(channels), "ImageFrame: \(channels) channels")
        self.width = width
        self.height = height
        self.channels = channels
        self.fit = fit
        self.filter = filter
        self.padding = padding
        self.background = background
    }

    var byteCount: Int { width * height * channels }

    private var hasAlpha: Bool { channels % 2 == 0 }

    /// An image in this form, opaque if the form has no alpha, with the bit depth of the image.
    package func frame(_ image: Image) -> Image {
        if image.hasAlpha || hasAlpha {
            // Resized with its alpha first, so that transparent pixels do not color their neighbors.
            let clear = hasAlpha ? image.converted(channels: channels) : image
            return clear.fitted(width: width, height: height, fit, filter: filter, padding: padding)
                .converted(channels: channels, background: background)
        }
        let (before, after) = image.channels <= channels ? (image.channels, channels) : (channels, channels)
        return image.converted(channels: before)
            .fitted(width: width, height: height, fit, filter: filter, padding: padding)
            .converted(channels: after)
    }

    /// An image in this form, as bytes in planes. Colors are multiplied by alpha, so that what cannot be seen is 0 and
    /// need not be learned.
    func planes(of image: Image) -> [UInt8] {
        guard case .bits8(let pixels) = frame(image).converted8().samples else { return [] }
        if channels == 1 { return pixels }
        let (area, channels) = (width * height, channels)
        return [UInt8](unsafeUninitializedCapacity: pixels.count) { buffer, count in
            pixels.withUnsafeBufferPointer { pixels in
                for channel in 0..<channels {
                    for pixel in 0..<area { buffer[channel * area + pixel] = pixels[pixel * channels + channel] }
                }
            }
            if hasAlpha {
                for channel in 0..<channels - 1 {
                    for pixel in 0..<area {
                        let product = Int(buffer[channel * area + pixel]) * Int(buffer[(channels - 1) * area + pixel])
                        buffer[channel * area + pixel] = UInt8((product + 127) / 255)
                    }
                }
            }
            count = pixels.count
        }
    }
}
