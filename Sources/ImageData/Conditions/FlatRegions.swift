import ImageFiles

extension Image {
    /// The image with one color in each region that the lines of a drawing enclose: the color that most of the region
    /// has, black left aside, or, if there are dabs of color in it, that of most of these. Beside lines, that color is
    /// as dark as the drawing is. Small gaps in lines do not count. Regions that reach the border of the image stay as they
    /// are, and so do lines.
    ///
    /// - Parameters:
    ///   - drawing: dark lines on white, of the size of the image.
    ///   - hints: RGBA dabs of that size; nil for none.
    package func flattened(in drawing: Image, hints: Image?) -> Image {
        let own = converted(channels: 3)
        guard case .bits8(let narrow) = own.converted8().samples,
            case .bits8(let gray) = drawing.converted(channels: 1).converted8().samples
        else { return self }
        let regions = DrawingRegions(of: drawing).closingGaps(width: width, height: height)
        let fill = FlatFill(regions, gray, narrow, hints, width: width)
        let samples: Samples =
            switch own.samples {
            case .bits8(let samples): .bits8(fill.applied(to: samples))
            case .bits16(let samples): .bits16(fill.applied(to: samples))
            }
        return Image(width: width, height: height, channels: 3, samples: samples, metadata: metadata)
    }
}

/// The colors of closed regions.
private struct FlatFill {
    private let regions: DrawingRegions
    private let gray: [UInt8]
    private let width: Int
    /// By region.
    private let colors: [[UInt8]]
    /// How light the drawing is on average, by region.
    private let paper: [Double]

    /// Levels below which a color is black.
    private static let black = 48

    init(_ regions: DrawingRegions, _ gray: [UInt8], _ samples: [UInt8], _ hints: Image?, width: Int) {
        (self.regions, self.gray, self.width) = (regions, gray, width)
        var dabbed: [UInt8] = []
        if let hints, case .bits8(let colors) = hints.converted(channels: 4).converted8().samples { dabbed = colors }
        let none = [ColorBins](repeating: ColorBins(), count: regions.count)
        var (whole, dabs, light) = (none, none, [Int](repeating: 0, count: regions.count))
        for (pixel, label) in zip(regions.pixels, regions.labels) where !regions.reachesBorder[label] {
            let (red, green, blue) = (samples[pixel * 3], samples[pixel * 3 + 1], samples[pixel * 3 + 2])
            // Blurred lines cover most of a small region.
            if max(red, green, blue) >= Self.black { whole[label].add(red, green, blue) }
            if !dabbed.isEmpty, dabbed[pixel * 4 + 3] >= 128 {
                dabs[label].add(dabbed[pixel * 4], dabbed[pixel * 4 + 1], dabbed[pixel * 4 + 2])
            }
            light[label] += Int(gray[pixel])
        }
        colors = zip(whole, dabs).map { ($1.fullest ?? $0.fullest)?.mean ?? [0, 0, 0] }
        paper = zip(light, regions.sizes).map { Double($0) / Double($1) }
    }

    /// The samples of an image of three channels, with these colors.
    func applied<Sample: FixedWidthInteger>(to samples: [Sample]) -> [Sample] {
        var flat = samples
        let step = Double(Sample.max) / 255
        for (pixel, label) in zip(regions.pixels, regions.labels) where !regions.reachesBorder[label] {
            // A region inside lines has neighbors on all sides.
            let isBesideLine = [pixel - 1, pixel + 1, pixel - width, pixel + width].contains { gray[$0] < 128 }
            let shade = isBesideLine ? min(Double(gray[pixel]) / paper[label], 1) : 1
            for channel in 0..<3 {
                flat[pixel * 3 + channel] = Sample((Double(colors[label][channel]) * shade * step).rounded())
            }
        }
        return flat
    }
}
