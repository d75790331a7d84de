/// The axes along which images repeat: what leaves an image on one side enters it on the opposite one. Operations that
/// look beyond a border then see no border, as on a torus, and the image joins itself without a seam.
public enum Wrapping: String, Sendable, Hashable, Codable, CaseIterable {
    /// Images end at their borders.
    case neither = "none"
    /// The left border joins the right one.
    case x
    /// The top joins the bottom.
    case y
    /// Both.
    case xy

    /// - Parameters:
    ///   - x: whether the left border joins the right one.
    ///   - y: whether the top joins the bottom.
    public init(x: Bool, y: Bool) { self = x ? (y ? .xy : .x) : (y ? .y : .neither) }

    /// Whether the left border joins the right one.
    public var joinsColumns: Bool { self == .x || self == .xy }
    /// Whether the top joins the bottom.
    public var joinsRows: Bool { self == .y || self == .xy }

    /// The axes of both.
    public func intersection(_ other: Wrapping) -> Wrapping {
        Wrapping(x: joinsColumns && other.joinsColumns, y: joinsRows && other.joinsRows)
    }

    /// The same for images whose rows and columns are exchanged.
    public var transposed: Wrapping { Wrapping(x: joinsRows, y: joinsColumns) }

    /// The positions that a range shows of a line of `length` positions that repeats.
    package static func positions(_ range: Range<Int>, length: Int) -> [Int] {
        range.map { (($0 % length) + length) % length }
    }
}
