/// An image of at most 256 colors: an index into a palette for each pixel. Images of more colors get a palette by median
/// cut, and a fixed pattern of dots for what is between its colors, so that still parts of an animation stay still.
struct IndexedImage {
    let width: Int
    let height: Int
    private(set) var indices: [UInt8]
    /// 256 colors of three bytes.
    private(set) var palette: [UInt8]
    /// The index of transparent pixels.
    private(set) var transparent: Int?

    /// - Parameter image: an image of 8 bits, gray or color.
    init(_ image: Image) {
        (width, height) = (image.width, image.height)
        (indices, palette) = ([], [])
        guard case .bits8(let samples) = image.samples else { preconditionFailure("IndexedImage: 16 bits") }
        let (channels, isGray) = (image.channels, image.isGray)
        let pixels = (0..<width * height).map { pixel in
            let place = pixel * channels
            let red = samples[place]
            let (green, blue) = isGray ? (red, red) : (samples[place + 1], samples[place + 2])
            let isClear = image.hasAlpha && samples[place + channels - 1] < 128
            return isClear ? Self.clear : UInt32(red) << 16 | UInt32(green) << 8 | UInt32(blue)
        }
        let hasClear = pixels.contains(Self.clear)
        let most = hasClear ? 255 : 256
        transparent = hasClear ? 255 : nil
        if let colors = Self.colors(of: pixels, most: most) {
            let places = Dictionary(uniqueKeysWithValues: zip(colors, 0...))
            indices = pixels.map { $0 == Self.clear ? 255 : UInt8(places[$0] ?? 0) }
            palette = Self.bytes(colors)
        } else {
            var cut = ColorCut(pixels.lazy.filter { $0 != Self.clear }, most: most)
            palette = Self.bytes(cut.colors)
            indices = [UInt8](repeating: 255, count: pixels.count)
            for y in 0..<height {
                for x in 0..<width where pixels[y * width + x] != Self.clear {
                    indices[y * width + x] = UInt8(
                        cut.index(of: pixels[y * width + x], shifted: Self.dots[y & 3][x & 3]))
                }
            }
        }
    }

    private static let clear = UInt32.max

    /// What is added to the samples of a pixel, by its place.
    private static let dots: [[Int]] = [[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]].map {
        $0.map { $0 - 8 }
    }

    /// The colors of an image in order, if there are not too many.
    private static func colors(of pixels: [UInt32], most: Int) -> [UInt32]? {
        var found: Set<UInt32> = []
        var last = clear
        for pixel in pixels where pixel != last && pixel != clear {
            last = pixel
            if found.insert(pixel).inserted, found.count > most { return nil }
        }
        return found.sorted()
    }

    private static func bytes(_ colors: [UInt32]) -> [UInt8] {
        let bytes = colors.flatMap { [UInt8($0 >> 16 & 0xFF), UInt8($0 >> 8 & 0xFF), UInt8($0 & 0xFF)] }
        return bytes + [UInt8](repeating: 0, count: 768 - bytes.count)
    }
}

/// A palette for the colors of an image, by median cut: boxes of colors are cut where their variance is largest, until
/// there are enough.
struct ColorCut {
    /// The mean colors of the boxes.
    private(set) var colors: [UInt32] = []
    /// For each color in 5 bits a channel, the index of the nearest one; −1 until it is looked for.
    private var nearest = [Int16](repeating: -1, count: 1 << 15)

    /// Colors that have the same first five bits in each channel.
    private struct Bin {
        var count = 0
        var sums = SIMD3<Int>.zero
        var mean: SIMD3<Int> { sums / max(count, 1) }
    }

    private struct Box {
        var bins: [Bin]
        var spread: Int
        var axis: Int

        init(_ bins: [Bin]) {
            self.bins = bins
            let total = bins.reduce(into: (count: 0, sums: SIMD3<Int>.zero)) {
                $0.count += $1.count
                $0.sums &+= $1.sums
            }
            let mean = total.sums / max(total.count, 1)
            let squares = bins.reduce(into: SIMD3<Int>.zero) {
                let step = $1.mean &- mean
                $0 &+= step &* step &* SIMD3(repeating: $1.count)
            }
            axis = (0..<3).max { squares[$0] < squares[$1] } ?? 0
            spread = bins.count > 1 ? squares[axis] : 0
        }

        var mean: SIMD3<Int> {
            let total = bins.reduce(into: Bin()) {
                $0.count += $1.count
                $0.sums &+= $1.sums
            }
            return total.mean
        }

        /// Two boxes, with about as many pixels in each.
        var halves: (Box, Box) {
            let sorted = bins.sorted { $0.mean[axis] < $1.mean[axis] }
            let all = bins.reduce(0) { $0 + $1.count }
            var (count, cut) = (0, 0)
            while cut < sorted.count - 1, count + sorted[cut].count / 2 < all / 2 || cut == 0 {
                count += sorted[cut].count
                cut += 1
            }
            return (Box(Array(sorted[..<cut])), Box(Array(sorted[cut...])))
        }
    }

    init(_ pixels: some Sequence<UInt32>, most: Int) {
        var bins = [Bin](repeating: Bin(), count: 1 << 15)
        for pixel in pixels {
            let color = Self.parts(pixel)
            let place = Self.place(color)
            bins[place].count += 1
            bins[place].sums &+= color
        }
        var boxes = [Box(bins.filter { $0.count > 0 })]
        while boxes.count < most, let widest = boxes.indices.max(by: { boxes[$0].spread < boxes[$1].spread }),
            boxes[widest].spread > 0
        {
            let (one, other) = boxes[widest].halves
            boxes[widest] = one
            boxes.append(other)
        }
        colors = boxes.map { box in
            let mean = box.mean
            return UInt32(mean[0]) << 16 | UInt32(mean[1]) << 8 | UInt32(mean[2])
        }
    }

    /// The index of a color near another one.
    ///
    /// - Parameter shift: what is added to each channel before.
    mutating func index(of pixel: UInt32, shifted shift: Int) -> Int {
        let color = (Self.parts(pixel) &+ SIMD3(repeating: shift)).clamped(
            lowerBound: SIMD3(repeating: 0), upperBound: SIMD3(repeating: 255))
        let place = Self.place(color)
        if nearest[place] < 0 {
            // The middle of the colors that share a place.
            let middle = (color / 8) &* 8 &+ 4
            let found = colors.indices.min { Self.distance(colors[$0], middle) < Self.distance(colors[$1], middle) }
            nearest[place] = Int16(found ?? 0)
        }
        return Int(nearest[place])
    }

    private static func parts(_ pixel: UInt32) -> SIMD3<Int> {
        SIMD3(Int(pixel >> 16 & 0xFF), Int(pixel >> 8 & 0xFF), Int(pixel & 0xFF))
    }

    private static func place(_ color: SIMD3<Int>) -> Int {
        (color[0] >> 3) << 10 | (color[1] >> 3) << 5 | color[2] >> 3
    }

    private static func distance(_ color: UInt32, _ other: SIMD3<Int>) -> Int {
        let step = parts(color) &- other
        return (step &* step).wrappedSum()
    }
}
