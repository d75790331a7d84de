import ImageFiles

/// The form that images are converted to for a network: size, channels, and the way of conversion.
package struct ImageFrame: Sendable, Equatable {
    /// Columns.
    package var width: Int
    /// Rows.
    package var height: Int
    /// 1 gray, 3 RGB.
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
    ///   - channels: 1 gray or 3 RGB.
    package init(
        width: Int, height: Int, channels: Int, fit: Fit = .crop, filter: ResizeFilter = .bicubic,
        padding: Padding = .black, background: EncodingOptions.Background = .white
    ) {
        precondition(width > 0 && height > 0, "ImageFrame: \(width)×\(height)")
        precondition(channels == 1 || channels == 3, "ImageFrame: \(channels) channels")
        self.width = width
        self.height = height
        self.channels = channels
        self.fit = fit
        self.filter = filter
        self.padding = padding
        self.background = background
    }

    var byteCount: Int { width * height * channels }

    /// An image in this form, opaque, with the bit depth of the image.
    package func frame(_ image: Image) -> Image {
        if image.hasAlpha {
            // Resized with its alpha first, so that transparent pixels do not color their neighbors.
            return image.fitted(width: width, height: height, fit, filter: filter, padding: padding)
                .converted(channels: channels, background: background)
        }
        let (before, after) = image.channels <= channels ? (image.channels, channels) : (channels, channels)
        return image.converted(channels: before)
            .fitted(width: width, height: height, fit, filter: filter, padding: padding)
            .converted(channels: after)
    }

    /// An image in this form, as bytes in planes.
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
            count = pixels.count
        }
    }
}
