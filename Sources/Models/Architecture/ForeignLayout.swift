import ForeignWeights
import TensorCore

/// A form in which another program keeps a network's tensors: with other names, other orders of axes, other parts.
package struct ForeignLayout: Sendable {
    /// What a tensor of the network is made from.
    package struct Source: Sendable {
        /// The tensors of the file.
        let names: [String]
        /// The shape of what is made.
        let shape: [Int]
        let make: @Sendable ([Tensor]) -> Tensor

        /// A tensor as it is.
        init(_ name: String, _ shape: [Int]) { self.init([name], shape) { $0[0] } }

        /// - Parameters:
        ///   - names: the tensors of the file.
        ///   - shape: the shape of what is made.
        ///   - make: makes it from those tensors.
        package init(_ names: [String], _ shape: [Int], _ make: @escaping @Sendable ([Tensor]) -> Tensor) {
            (self.names, self.shape, self.make) = (names, shape, make)
        }
    }

    /// The name of the program, which `models export --format` takes.
    package let name: String
    /// The sources of the network's tensors by name; nil for files of another form.
    let sources: @Sendable (TensorShapes) -> [String: Source]?
    /// What the program's file holds for a network's tensors; nil where it is only read. The value is nil for networks
    /// that the program does not have.
    let saved: (@Sendable ([String: Tensor]) -> SavedValue?)?

    /// - Parameters:
    ///   - name: the name of the program.
    ///   - saved: what the program's file holds for a network's tensors, and nil for networks that it does not have; nil
    ///     where it is only read.
    ///   - sources: the sources of the network's tensors by name, from the names and shapes of the file's; nil for files
    ///     of another form. What the file lacks is left out.
    package init(
        _ name: String, saved: (@Sendable ([String: Tensor]) -> SavedValue?)? = nil,
        reading sources: @escaping @Sendable (TensorShapes) -> [String: Source]? = { _ in nil }
    ) {
        (self.name, self.saved, self.sources) = (name, saved, sources)
    }
}
