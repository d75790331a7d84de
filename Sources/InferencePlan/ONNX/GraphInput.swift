import TensorCore

/// An input of a forward pass that becomes an ONNX graph.
package struct GraphInput: Sendable {
    /// An extent of an input.
    package enum Extent: Sendable, Hashable {
        case fixed(Int)
        /// Any number when the graph runs, within what the axis allows.
        case free(FreeAxis)
    }

    /// The name of the input.
    package let name: String
    /// One for each axis.
    package let extents: [Extent]
    /// Whether its values are indices, such as classes.
    package let isIndex: Bool
    /// What it is, in words.
    package let description: String

    /// An input of floats, or of indices.
    package init(_ name: String, _ extents: [Extent], isIndex: Bool = false, description: String = "") {
        (self.name, self.extents, self.isIndex, self.description) = (name, extents, isIndex, description)
    }
}

/// An extent of inputs that is known only when the graph runs.
package struct FreeAxis: Sendable, Hashable {
    /// Its name.
    package let name: String
    /// Three extents with which the forward pass is traced to find out what depends on it.
    let samples: [Int]

    /// How many images there are.
    package static let batch = FreeAxis(name: "batch", samples: [2, 3, 5])

    /// The height of images, in multiples of a number.
    package static func height(multiple: Int) -> FreeAxis {
        FreeAxis(name: "height", samples: samples(multiple, skipping: 0))
    }

    /// The width of images, in multiples of a number.
    package static func width(multiple: Int) -> FreeAxis {
        FreeAxis(name: "width", samples: samples(multiple, skipping: 3))
    }

    /// Multiples by consecutive primes, so that no extent is like another by accident, and none is very small.
    private static func samples(_ multiple: Int, skipping: Int) -> [Int] {
        let least = max(3, (31 + multiple) / multiple)
        let primes = (least...).lazy.filter { n in (2..<n).allSatisfy { $0 * $0 > n || n % $0 != 0 } }
        return primes.dropFirst(skipping).prefix(3).map { $0 * multiple }
    }
}

/// Why a forward pass has no ONNX graph.
package enum GraphExportError: Error, Sendable, Hashable, CustomStringConvertible {
    /// An operation that this program does not write.
    case unsupported(String)
    /// What it computes depends on the size of its input in a way that a graph cannot say.
    case dependsOnSize(String)

    /// The operation.
    package var description: String {
        switch self {
        case .unsupported(let operation): "\(operation) has no form in ONNX that is known here"
        case .dependsOnSize(let operation): "\(operation) depends on the size of the images"
        }
    }
}
