extension EXIF {
    /// Says that the image is upright, after it has been turned.
    ///
    /// - Parameters:
    ///   - orientation: the one that has been undone.
    ///   - width: of the image now.
    ///   - height: of the image now.
    mutating func makeUpright(from orientation: Int, width: Int, height: Int) {
        tellUpright()
        let swaps = orientation > 4
        if swaps {
            main.exchange(Tag.resolutionX, Tag.resolutionY)
            photo.exchange(Tag.sensorResolutionX, Tag.sensorResolutionY)
        }
        let stored = swaps ? (x: height, y: width) : (x: width, y: height)
        changePoints { point in
            let (right, bottom) = (stored.x - 1 - point.x, stored.y - 1 - point.y)
            return switch orientation {
            case 2: (right, point.y)
            case 3: (right, bottom)
            case 4: (point.x, bottom)
            case 5: (point.y, point.x)
            case 6: (bottom, point.x)
            case 7: (bottom, right)
            case 8: (point.y, right)
            default: point
            }
        } extents: {
            swaps ? ($0.y, $0.x) : $0
        }
    }

    /// Says that the image is upright, if it says how it is turned at all.
    mutating func tellUpright() {
        if main[Tag.orientation] != nil { main[Tag.orientation] = shorts([1]) }
    }

    /// What is told in pixels follows another size: the place of the subject, and the resolution of the sensor.
    mutating func resize(from old: (width: Int, height: Int), to new: (width: Int, height: Int)) {
        guard old != new else { return }
        let factor = (x: Double(new.width) / Double(old.width), y: Double(new.height) / Double(old.height))
        let scaled = { (point: (x: Int, y: Int)) in
            (x: Int((Double(point.x) * factor.x).rounded()), y: Int((Double(point.y) * factor.y).rounded()))
        }
        changePoints(scaled, extents: scaled)
        for (tag, factor) in [(Tag.sensorResolutionX, factor.x), (Tag.sensorResolutionY, factor.y)] {
            let numbers = numbers(photo[tag])
            guard numbers.count == 2, numbers[1] > 0 else { continue }
            let value = Double(numbers[0]) / Double(numbers[1]) * factor * 1000
            photo[tag] = value < Double(UInt32.max) ? rational(Int(value.rounded()), 1000) : nil
        }
    }

    /// Says the size of the image wherever it is said.
    mutating func tellSize(width: Int, height: Int) {
        for (tag, value) in [(Tag.width, width), (Tag.height, height)] where main[tag] != nil {
            main[tag] = long(value)
        }
        for (tag, value) in [(Tag.pixelWidth, width), (Tag.pixelHeight, height)] where photo[tag] != nil {
            photo[tag] = long(value)
        }
        for (tag, value) in [(Tag.relatedWidth, width), (Tag.relatedHeight, height)]
        where interoperability[tag] != nil {
            interoperability[tag] = long(value)
        }
    }

    /// Says the density in dots per inch, unless it does so already to those who read it.
    mutating func tell(_ density: ImageMetadata.Density) {
        let unit =
            main[Tag.resolutionUnit].flatMap { $0.kind == .short && $0.count == 1 ? numbers($0).first : nil } ?? 2
        let perMeter = unit == 2 ? 1 / 0.0254 : unit == 3 ? 100 : 0
        let isSaid = [(Tag.resolutionX, density.x), (Tag.resolutionY, density.y)].allSatisfy { tag, value in
            let numbers = numbers(main[tag])
            guard main[tag]?.kind == .rational, numbers.count == 2, numbers[1] > 0 else { return false }
            return abs(Double(numbers[0]) / Double(numbers[1]) * perMeter - value) <= value * 1e-5
        }
        if isSaid { return }
        let parts = { (value: Double) in Int((value * 0.0254 * 10_000).rounded()) }
        main[Tag.resolutionX] = rational(parts(density.x), 10_000)
        main[Tag.resolutionY] = rational(parts(density.y), 10_000)
        main[Tag.resolutionUnit] = shorts([2])
    }

    /// Changes points, and widths and heights behind them. What does not fit afterwards goes.
    private mutating func changePoints(
        _ moved: ((x: Int, y: Int)) -> (x: Int, y: Int), extents: ((x: Int, y: Int)) -> (x: Int, y: Int)
    ) {
        for tag in [Tag.subjectArea, Tag.subjectLocation] {
            var numbers = numbers(photo[tag])
            guard photo[tag]?.kind == .short, (2...4).contains(numbers.count) else { continue }
            (numbers[0], numbers[1]) = moved((numbers[0], numbers[1]))
            if numbers.count == 3 { numbers[2] = extents((numbers[2], numbers[2])).x }
            if numbers.count == 4 { (numbers[2], numbers[3]) = extents((numbers[2], numbers[3])) }
            photo[tag] = numbers.allSatisfy { (0...0xFFFF).contains($0) } ? shorts(numbers) : nil
        }
    }
}

extension EXIF.Directory {
    fileprivate mutating func exchange(_ first: Int, _ second: Int) {
        let (one, other) = (removeValue(forKey: first), removeValue(forKey: second))
        self[first] = other
        self[second] = one
    }
}
