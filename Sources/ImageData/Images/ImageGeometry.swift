import ImageFiles

/// The border around an image that is smaller than its frame.
public enum Padding: String, Sendable, Codable, CaseIterable {
    /// 0 in every channel.
    case black
    /// The largest value in every channel.
    case white
    /// The outermost pixels repeated.
    case edge
}

extension Image {
    /// The part of the image whose top left corner lies at `x`, `y`; it has to lie within the image.
    public func cropped(x: Int, y: Int, width: Int, height: Int) -> Image {
        precondition(
            x >= 0 && y >= 0 && width > 0 && height > 0 && x + width <= self.width && y + height <= self.height,
            "cropped: \(width)×\(height) at \(x), \(y) of \(self.width)×\(self.height)")
        if width == self.width && height == self.height { return self }
        return taking(rows: Array(y..<y + height), columns: Array(x..<x + width))
    }

    /// The image with a border of the given widths. Added pixels are opaque, unless they repeat the edge.
    public func padded(left: Int, top: Int, right: Int, bottom: Int, with padding: Padding = .black) -> Image {
        precondition(left >= 0 && top >= 0 && right >= 0 && bottom >= 0, "padded: by a negative width")
        if left + top + right + bottom == 0 { return self }
        func line(_ before: Int, _ length: Int, _ after: Int) -> [Int] {
            (-before..<length + after).map { position in
                if (0..<length).contains(position) { return position }
                return padding == .edge ? min(max(position, 0), length - 1) : -1
            }
        }
        return taking(
            rows: line(top, height, bottom), columns: line(left, width, right), white: padding == .white)
    }

    /// Left and right exchanged.
    public func flippedHorizontally() -> Image {
        taking(rows: Array(0..<height), columns: Array((0..<width).reversed()))
    }

    /// Top and bottom exchanged.
    public func flippedVertically() -> Image {
        taking(rows: Array((0..<height).reversed()), columns: Array(0..<width))
    }

    /// Every pixel repeated `factor` times in both directions.
    package func upscaled(by factor: Int) -> Image {
        precondition(factor > 0, "upscaled: by \(factor)")
        if factor == 1 { return self }
        return taking(
            rows: (0..<height * factor).map { $0 / factor }, columns: (0..<width * factor).map { $0 / factor })
    }

    /// An image made of rows and columns of this one; −1 stands for added opaque pixels.
    func taking(rows: [Int], columns: [Int], white: Bool = false) -> Image {
        let taken: Samples =
            switch samples {
            case .bits8(let source): .bits8(take(source, rows, columns, white))
            case .bits16(let source): .bits16(take(source, rows, columns, white))
            }
        return Image(width: columns.count, height: rows.count, channels: channels, samples: taken, metadata: metadata)
    }

    private func take<Sample: FixedWidthInteger>(
        _ source: [Sample], _ rows: [Int], _ columns: [Int], _ white: Bool
    ) -> [Sample] {
        let (width, channels, hasAlpha) = (width, channels, hasAlpha)
        let total = rows.count * columns.count * channels
        let isRun = columns[0] >= 0 && columns.enumerated().allSatisfy { $0.element == columns[0] + $0.offset }
        return [Sample](unsafeUninitializedCapacity: total) { buffer, count in
            source.withUnsafeBufferPointer { source in
                columns.withUnsafeBufferPointer { columns in
                    var position = 0
                    for row in rows {
                        if isRun && row >= 0 {
                            let start = (row * width + columns[0]) * channels
                            for i in 0..<(columns.count * channels) { buffer[position + i] = source[start + i] }
                            position += columns.count * channels
                            continue
                        }
                        for column in columns {
                            let start = (row * width + column) * channels
                            for channel in 0..<channels {
                                let isAdded = row < 0 || column < 0
                                let opaque = white || (hasAlpha && channel == channels - 1)
                                buffer[position] = isAdded ? (opaque ? .max : 0) : source[start + channel]
                                position += 1
                            }
                        }
                    }
                }
            }
            count = total
        }
    }
}
