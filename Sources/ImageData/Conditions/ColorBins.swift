/// How often colors occur, in bins of five bits for each level.
package struct ColorBins: Sendable {
    /// The colors of a bin.
    package struct Bin: Sendable {
        /// How many there are.
        package private(set) var count = 0
        private var sums = [0, 0, 0]

        fileprivate mutating func add(_ levels: [Int]) {
            count += 1
            for channel in 0..<3 { sums[channel] += levels[channel] }
        }

        /// Their mean: levels of red, green and blue.
        package var mean: [UInt8] { sums.map { UInt8(($0 + count / 2) / count) } }
    }

    private var bins: [Int: Bin] = [:]

    /// Nothing yet.
    package init() {}

    /// Adds a color.
    package mutating func add(_ red: UInt8, _ green: UInt8, _ blue: UInt8) {
        let key = Int(red >> 3) << 10 | Int(green >> 3) << 5 | Int(blue >> 3)
        bins[key, default: Bin()].add([Int(red), Int(green), Int(blue)])
    }

    /// The bins that have colors, the fullest first.
    package var sorted: [Bin] {
        bins.sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }.map(\.value)
    }

    /// The fullest bin; nil if nothing was added.
    package var fullest: Bin? {
        bins.max { ($0.value.count, $1.key) < ($1.value.count, $0.key) }?.value
    }
}
