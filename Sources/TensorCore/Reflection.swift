/// Positions of a line that is extended by reflection at both ends, as often as needed.
package enum Reflection {
    /// Maps a position before, in or after a line of `length` positions into the line.
    ///
    /// - Parameter repeatsBorder: `… 1 0 | 0 1 2 …`; otherwise `… 2 1 | 0 1 2 …`.
    package static func position(_ position: Int, length: Int, repeatsBorder: Bool = false) -> Int {
        let (period, last) = repeatsBorder ? (2 * length, 2 * length - 1) : (2 * (length - 1), 2 * (length - 1))
        if period == 0 { return 0 }
        let folded = ((position % period) + period) % period
        return folded < length ? folded : last - folded
    }

    /// Maps a range of positions into a line of `length` positions.
    package static func positions(_ range: Range<Int>, length: Int) -> [Int] {
        range.map { position($0, length: length) }
    }
}
