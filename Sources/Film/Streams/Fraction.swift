/// A fraction of whole numbers with a positive denominator, such as a frame rate or the unit of timestamps.
public struct Fraction: Sendable, Hashable, Codable {
    /// The numerator.
    public let numerator: Int
    /// The denominator, at least 1.
    public let denominator: Int

    /// In lowest terms.
    public init(_ numerator: Int, _ denominator: Int) {
        precondition(denominator > 0, "Fraction: denominator \(denominator)")
        var (a, b) = (numerator.magnitude, denominator.magnitude)
        while b != 0 { (a, b) = (b, a % b) }
        let divisor = Int(max(a, 1))
        (self.numerator, self.denominator) = (numerator / divisor, denominator / divisor)
    }

    /// From `30000/1001` or `1:1`; nil for anything else, and for what is zero or undefined.
    init?(_ text: String?) {
        let parts = (text ?? "").split(whereSeparator: { $0 == "/" || $0 == ":" })
        guard parts.count == 2, let numerator = Int32(parts[0]), let denominator = Int32(parts[1]), numerator > 0,
            denominator > 0
        else { return nil }
        self.init(Int(numerator), Int(denominator))
    }

    /// The value.
    public var value: Double { Double(numerator) / Double(denominator) }

    var text: String { "\(numerator)/\(denominator)" }
}
