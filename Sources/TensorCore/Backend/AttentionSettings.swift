/// What attention in windows does with queries, keys and values.
package struct AttentionSettings: Sendable, Hashable {
    package var heads: Int
    /// The factor of the scores.
    package var scale: Float
    package var windows: AttentionWindows
    /// The axes along which images repeat.
    package var wrapping: Wrapping
    package var precision: Precision

    package init(heads: Int, scale: Float, windows: AttentionWindows, wrapping: Wrapping, precision: Precision) {
        (self.heads, self.scale, self.windows) = (heads, scale, windows)
        (self.wrapping, self.precision) = (wrapping, precision)
    }

    /// Channels of queries, keys and values, each.
    package static func channels(of parts: [Shape]) -> Int { parts.reduce(0) { $0 + $1[1] } / 3 }

    /// The part that holds queries (0), keys (1) or values (2), and their first channel in it.
    package static func role(_ index: Int, in parts: [Shape]) -> (part: Int, channel: Int) {
        let channels = channels(of: parts)
        var start = index * channels
        for (place, part) in parts.enumerated() {
            if start < part[1] { return (place, start) }
            start -= part[1]
        }
        preconditionFailure("\(parts) are no queries, keys and values")
    }

    /// Whether parts of these shapes hold queries, keys and values that windows divide.
    func fits(_ parts: [Shape], bias: Shape?) -> Bool {
        guard !parts.isEmpty, parts.allSatisfy({ $0.rank == 4 }), heads > 0 else { return false }
        let channels = Self.channels(of: parts)
        let (height, width, r) = (parts[0][2], parts[0][3], windows.reduction)
        guard parts.reduce(0, { $0 + $1[1] }) == 3 * channels, channels > 0, channels % heads == 0,
            r > 0, height % windows.height == 0, width % windows.width == 0, windows.height % r == 0,
            windows.width % r == 0, bias == nil || bias == [heads, windows.queries, windows.keys]
        else { return false }
        return (0..<3).allSatisfy { index in
            let place = Self.role(index, in: parts)
            let part = parts[place.part]
            let reduction = index == 0 ? 1 : r
            return place.channel + channels <= part[1] && part[0] == parts[0][0]
                && part[2] == height / reduction && part[3] == width / reduction
        }
    }

    /// The shape of the result.
    package func resultShape(_ parts: [Shape]) -> Shape { parts[0].replacing(1, with: Self.channels(of: parts)) }
}
