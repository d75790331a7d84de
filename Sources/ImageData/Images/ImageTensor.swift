import ImageFiles
import TensorCore

extension Tensor {
    /// An image as values from −1 (black) to 1 (white), of shape `[1, C, H, W]`.
    ///
    /// - Parameters:
    ///   - image: the image.
    ///   - channels: 1 gray, 2 gray and alpha, 3 RGB, 4 RGBA; nil uses the image's channels without alpha.
    ///   - background: the background behind transparent pixels if the result has no alpha.
    public init(_ image: Image, channels: Int? = nil, background: EncodingOptions.Background = .white) {
        let image = image.converted(channels: channels ?? (image.isGray ? 1 : 3), background: background)
        let (area, count) = (image.width * image.height, image.channels)
        self.init(shape: [1, count, image.height, image.width]) { buffer in
            switch image.samples {
            case .bits8(let samples): spread(samples, 127.5, area, count, into: buffer)
            case .bits16(let samples): spread(samples, 32767.5, area, count, into: buffer)
            }
        }
    }
}

/// Pixels into planes, scaled to [-1, 1].
private func spread<Sample: FixedWidthInteger>(
    _ samples: [Sample], _ half: Float, _ area: Int, _ channels: Int, into buffer: UnsafeMutableBufferPointer<Float>
) {
    samples.withUnsafeBufferPointer { samples in
        for channel in 0..<channels {
            for pixel in 0..<area {
                buffer[channel * area + pixel] = Float(samples[pixel * channels + channel]) / half - 1
            }
        }
    }
}

extension Image {
    /// One image of a tensor `[N, C, H, W]` or `[C, H, W]` with values from −1 to 1; values outside are clipped, and
    /// NaN becomes mid-gray.
    ///
    /// - Parameters:
    ///   - images: the tensor.
    ///   - index: which of the N.
    ///   - bitDepth: 8 or 16.
    public init(_ images: Tensor, index: Int = 0, bitDepth: Int = 8) {
        let shape = images.shape
        precondition(
            shape.rank == 3 || shape.rank == 4, "image of a tensor: shape \(shape) is not [N, C, H, W] or [C, H, W]")
        let count = shape.rank == 4 ? shape[0] : 1
        precondition((0..<count).contains(index), "image \(index) of a tensor of shape \(shape)")
        precondition(bitDepth == 8 || bitDepth == 16, "image of a tensor: \(bitDepth) bits")
        let (channels, height, width) = (shape[-3], shape[-2], shape[-1])
        let length = channels * height * width
        let samples = images.withValues { values -> Samples in
            let own = UnsafeBufferPointer(rebasing: values[(index * length)..<((index + 1) * length)])
            return bitDepth == 8
                ? .bits8(gather(own, 127.5, channels)) : .bits16(gather(own, 32767.5, channels))
        }
        self.init(width: width, height: height, channels: channels, samples: samples)
    }

    /// All images of a tensor `[N, C, H, W]` with values from −1 to 1.
    public static func images(of tensor: Tensor, bitDepth: Int = 8) -> [Image] {
        precondition(tensor.rank == 4, "images of a tensor: shape \(tensor.shape) is not [N, C, H, W]")
        let plain = tensor.rowMajor
        return (0..<plain.shape[0]).map { Image(plain, index: $0, bitDepth: bitDepth) }
    }
}

/// A value from −1 to 1 as the nearest sample; values outside are clipped, and NaN becomes mid-gray.
func sample<Sample: FixedWidthInteger>(of value: Float, _ half: Float) -> Sample {
    let level = value.isNaN ? half : min(max((value + 1) * half, 0), 2 * half)
    return Sample(level.rounded())
}

/// Planes into pixels.
private func gather<Sample: FixedWidthInteger>(
    _ values: UnsafeBufferPointer<Float>, _ half: Float, _ channels: Int
) -> [Sample] {
    let area = values.count / channels
    return [Sample](unsafeUninitializedCapacity: values.count) { buffer, count in
        for channel in 0..<channels {
            for pixel in 0..<area {
                buffer[pixel * channels + channel] = sample(of: values[channel * area + pixel], half)
            }
        }
        count = values.count
    }
}
