/// Positions of a line that is continued by its reflection on both sides, as often as needed.
package enum Reflection {
    /// Where in a line of `length` positions one before it, in it or behind it lies.
    ///
    /// - Parameter repeatsBorder: `… 1 0 | 0 1 2 …`; otherwise `… 2 1 | 0 1 2 …`.
    package static func position(_ position: Int, length: Int, repeatsBorder: Bool = false) -> Int {
        let (period, last) = repeatsBorder ? (2 * length, 2 * length - 1) : (2 * (length - 1), 2 * (length - 1))
        if period == 0 { return 0 }
        let folded = ((position % period) + period) % period
        return folded < length ? folded : last - folded
    }

    /// Where in a line of `length` positions those of a range lie.
    package static func positions(_ range: Range<Int>, length: Int) -> [Int] {
        range.map { position($0, length: length) }
    }
}
