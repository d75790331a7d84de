import Files
import ForeignWeights

/// Where in a file of another program the weights of a model lie.
public struct WeightSource: Sendable, Hashable, CustomStringConvertible {
    /// The part that was taken, such as `params_ema` or `generator_ema.`, and whether it is a moving average.
    public let description: String
    /// Other parts of the file that hold a network of the same form.
    public let others: [String]

    /// - Returns: nil if the file holds nothing but the part.
    init?(_ part: WeightPart, among all: [WeightPart]) {
        others = all.filter { other in
            (other.keys != part.keys || other.prefix != part.prefix) && other.shapes == part.shapes
        }.map(Self.words)
        guard !others.isEmpty || !part.words.isEmpty else { return nil }
        description = Self.words(part) + (part.isAverage ? " (a moving average)" : "")
    }

    private static func words(_ part: WeightPart) -> String {
        part.words.isEmpty ? "the outermost tensors" : printable(part.words)
    }

    /// What was taken and what was not.
    public var choice: String {
        others.isEmpty ? description : "\(description), not \(others.prefix(4).joined(separator: ", "))"
    }
}

extension WeightPart {
    /// The extents of its tensors by name.
    var shapes: [String: [Int]] { entries.mapValues(\.shape) }
    /// The names of tensors that no network needs to have.
    var counters: Set<String> { Set(entries.filter(\.value.isCounter).keys) }
}
