import ImageFiles

/// Where images that hold a pair are joined: the brightness jumps there, in most of them, and rarely elsewhere.
struct PairSeams {
    private let images: [(samples: [UInt8], width: Int, height: Int)]

    /// How many images are looked at, and how much higher than elsewhere a jump must be.
    private static let sampleCount = 8
    private static let clearJump = 2.5

    /// - Parameter files: some of them are decoded; those that cannot be are left out.
    /// - Throws: what names a lack of memory.
    init(_ files: [String]) throws {
        let tried = min(files.count, Self.sampleCount)
        images = try (0..<tried).compactMap { place in
            let file = files[place * files.count / tried]
            guard let image = try ifReadable({ try Image.read(file) }), image.width > 3, image.height > 3,
                case .bits8(let samples) = image.converted(channels: 1).converted8().samples
            else { return nil }
            return (samples, image.width, image.height)
        }
    }

    /// Whether the images are joined in the middle of their width, and not at its thirds.
    var isSideBySide: Bool {
        let middle = jump(at: 1, of: 2, across: true)
        return middle > Self.clearJump && middle > jump(at: 1, of: 3, across: true)
            && middle > jump(at: 2, of: 3, across: true)
    }

    /// Whether the images are joined in the middle of their height.
    var isStacked: Bool { jump(at: 1, of: 2, across: false) > Self.clearJump }

    /// The jump at a fraction of width or height, relative to the usual one: the median of all images.
    private func jump(at part: Int, of parts: Int, across: Bool) -> Double {
        let ratios = images.map { image in
            let jumps = Self.jumps(image, across: across)
            let length = across ? image.width : image.height
            // One gray level more on both sides, so that a slight noise on even paper is no jump.
            return (jumps[length * part / parts - 1] + 1) / (jumps.sorted()[jumps.count / 2] + 1)
        }.sorted()
        return ratios.isEmpty ? 0 : ratios[ratios.count / 2]
    }

    /// The mean absolute differences between neighboring columns or rows, in gray levels.
    private static func jumps(_ image: (samples: [UInt8], width: Int, height: Int), across: Bool) -> [Double] {
        let (length, lines) = across ? (image.width, image.height) : (image.height, image.width)
        let (step, line) = across ? (1, image.width) : (image.width, 1)
        return image.samples.withUnsafeBufferPointer { samples in
            (1..<length).map { place in
                var sum = 0
                for number in 0..<lines {
                    let at = number * line + place * step
                    sum += abs(Int(samples[at]) - Int(samples[at - step]))
                }
                return Double(sum) / Double(lines)
            }
        }
    }
}
