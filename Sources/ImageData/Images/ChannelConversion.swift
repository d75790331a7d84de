import ImageFiles

extension Image {
    /// The image with another number of channels: gray is repeated as color, color becomes gray by the luma of Rec.
    /// 601, missing alpha becomes opaque, and superfluous alpha is flattened onto a background. The depth stays; an ICC
    /// profile stays only when color stays color and gray stays gray.
    ///
    /// - Parameters:
    ///   - target: 1 gray, 2 gray and alpha, 3 RGB, 4 RGBA.
    ///   - background: what shows through where alpha is flattened.
    public func converted(
        channels target: Int, background: EncodingOptions.Background = .white
    ) -> Image {
        precondition((1...4).contains(target), "converted: to \(target) channels")
        if target == channels { return self }
        let converted: Samples =
            switch samples {
            case .bits8(let source): .bits8(convert(source, target, background, scale: 1))
            case .bits16(let source): .bits16(convert(source, target, background, scale: 257))
            }
        var metadata = metadata
        if (target <= 2) != isGray { metadata.iccProfile = nil }
        return Image(width: width, height: height, channels: target, samples: converted, metadata: metadata)
    }

    private func convert<Sample: FixedWidthInteger>(
        _ source: [Sample], _ target: Int, _ background: EncodingOptions.Background, scale: Int
    ) -> [Sample] {
        let (pixels, channels, isGray) = (width * height, channels, isGray)
        let largest = 255 * scale
        let backdrop = (Int(background.red) * scale, Int(background.green) * scale, Int(background.blue) * scale)
        let flattens = hasAlpha && target % 2 == 1
        return [Sample](unsafeUninitializedCapacity: pixels * target) { buffer, count in
            source.withUnsafeBufferPointer { source in
                for pixel in 0..<pixels {
                    let start = pixel * channels
                    var red = Int(source[start])
                    var green = isGray ? red : Int(source[start + 1])
                    var blue = isGray ? red : Int(source[start + 2])
                    let alpha = channels % 2 == 0 ? Int(source[start + channels - 1]) : largest
                    if flattens && alpha < largest {
                        let clear = largest - alpha
                        red = (red * alpha + backdrop.0 * clear + largest / 2) / largest
                        green = (green * alpha + backdrop.1 * clear + largest / 2) / largest
                        blue = (blue * alpha + backdrop.2 * clear + largest / 2) / largest
                    }
                    let output = pixel * target
                    if target <= 2 {
                        buffer[output] = Sample((red * 299 + green * 587 + blue * 114 + 500) / 1000)
                    } else {
                        buffer[output] = Sample(red)
                        buffer[output + 1] = Sample(green)
                        buffer[output + 2] = Sample(blue)
                    }
                    if target % 2 == 0 { buffer[output + target - 1] = Sample(alpha) }
                }
            }
            count = pixels * target
        }
    }
}
