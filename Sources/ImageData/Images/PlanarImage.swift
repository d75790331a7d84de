import ImageFiles
import TensorCore

/// An image as planes of floats from 0 (black) to 1 (white), channel after channel: the form in which images are
/// degraded. Intermediate values may leave the range.
package struct PlanarImage: Sendable, Equatable {
    /// Pixels in a row.
    package let width: Int
    /// Rows.
    package let height: Int
    /// 1 gray, 3 RGB.
    package let channels: Int
    /// `channels * height * width` values, row by row within a channel.
    package var values: [Float]

    /// An image from its values, exactly `channels * height * width` of them.
    package init(width: Int, height: Int, channels: Int, values: [Float]) {
        precondition(
            values.count == width * height * channels, "PlanarImage: \(values.count) values, \(width)×\(height)")
        self.width = width
        self.height = height
        self.channels = channels
        self.values = values
    }

    /// The part of an image whose top left corner lies at `x`, `y`; by default the whole image. Keeps the image's
    /// channels, so it should have no alpha.
    package init(_ image: Image, x: Int = 0, y: Int = 0, width: Int? = nil, height: Int? = nil) {
        let (width, height) = (width ?? image.width - x, height ?? image.height - y)
        precondition(
            x >= 0 && y >= 0 && x + width <= image.width && y + height <= image.height,
            "PlanarImage: \(width)×\(height) at \(x), \(y) of \(image.width)×\(image.height)")
        let values =
            switch image.samples {
            case .bits8(let samples): planes(of: samples, 255, image, x, y, width, height)
            case .bits16(let samples): planes(of: samples, 65535, image, x, y, width, height)
            }
        self.init(width: width, height: height, channels: image.channels, values: values)
    }

    /// The first image of a tensor `[N, C, H, W]` with values from 0 to 1.
    package init(_ images: Tensor) {
        let shape = images.shape
        precondition(shape.rank == 4 && shape[0] > 0, "PlanarImage: shape \(shape) is not [N, C, H, W]")
        let values = images.withValues { Array($0.prefix(shape[1] * shape[2] * shape[3])) }
        self.init(width: shape[3], height: shape[2], channels: shape[1], values: values)
    }

    /// The image in 8 bits; values beyond 0 and 1 are clipped.
    package var image: Image {
        let area = width * height
        let samples = [UInt8](unsafeUninitializedCapacity: values.count) { buffer, count in
            for channel in 0..<channels {
                for pixel in 0..<area { buffer[pixel * channels + channel] = level(values[channel * area + pixel]) }
            }
            count = values.count
        }
        return Image(width: width, height: height, channels: channels, samples8: samples)
    }

    /// The image with values that 8 bits can hold: clipped, and rounded to multiples of 1/255.
    package func roundedTo8Bits() -> PlanarImage {
        var rounded = self
        rounded.values.withUnsafeMutableBufferPointer { values in
            for i in values.indices { values[i] = Float(level(values[i])) / 255 }
        }
        return rounded
    }

    /// The part of the image whose top left corner lies at `x`, `y`; it has to lie within the image.
    package func cropped(x: Int, y: Int, width: Int, height: Int) -> PlanarImage {
        precondition(
            x >= 0 && y >= 0 && width > 0 && height > 0 && x + width <= self.width && y + height <= self.height,
            "cropped: \(width)×\(height) at \(x), \(y) of \(self.width)×\(self.height)")
        if width == self.width && height == self.height { return self }
        var cut: [Float] = []
        cut.reserveCapacity(channels * height * width)
        for channel in 0..<channels {
            for row in y..<y + height {
                let start = (channel * self.height + row) * self.width + x
                cut += values[start..<start + width]
            }
        }
        return PlanarImage(width: width, height: height, channels: channels, values: cut)
    }
}

private func level(_ value: Float) -> UInt8 {
    // Ties go to the even level, as in NumPy and PyTorch; NaN becomes 0.
    UInt8(value > 0 ? min((value * 255).rounded(.toNearestOrEven), 255) : 0)
}

private func planes<Sample: FixedWidthInteger>(
    of samples: [Sample], _ largest: Float, _ image: Image, _ x: Int, _ y: Int, _ width: Int, _ height: Int
) -> [Float] {
    let (channels, stride) = (image.channels, image.width * image.channels)
    return [Float](unsafeUninitializedCapacity: width * height * channels) { buffer, count in
        samples.withUnsafeBufferPointer { samples in
            for channel in 0..<channels {
                for row in 0..<height {
                    let from = (y + row) * stride + x * channels + channel
                    let to = (channel * height + row) * width
                    for column in 0..<width { buffer[to + column] = Float(samples[from + column * channels]) / largest }
                }
            }
        }
        count = width * height * channels
    }
}
