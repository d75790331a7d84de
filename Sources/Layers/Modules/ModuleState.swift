import TensorCore

/// Why tensors do not fit a module; lists every mismatch.
public struct LoadError: Error, Sendable, Hashable, CustomStringConvertible {
    /// A tensor whose shape differs from the module's.
    public struct Misshaped: Sendable, Hashable {
        /// Its name in the module.
        public let name: String
        /// The module's shape.
        public let expected: Shape
        /// The tensor's shape.
        public let found: Shape
    }

    /// Names that the module has and the tensors lack.
    public let missing: [String]
    /// Names that the module does not have.
    public let unexpected: [String]
    /// Tensors with a known name and a wrong shape.
    public let misshaped: [Misshaped]

    /// The message, with every mismatch.
    public var description: String {
        var parts: [String] = []
        if !missing.isEmpty { parts.append("missing: " + missing.joined(separator: ", ")) }
        if !unexpected.isEmpty { parts.append("unexpected: " + unexpected.joined(separator: ", ")) }
        if !misshaped.isEmpty {
            let list = misshaped.map { "\($0.name) is \($0.found), expected \($0.expected)" }
            parts.append("wrong shape: " + list.joined(separator: ", "))
        }
        return "the tensors do not fit the network: " + parts.joined(separator: "; ")
    }

    /// Compares the tensors with the expected ones; nil if they agree.
    init?(
        expected: [(name: String, shape: Shape)], found: [String: Tensor], ignoring: (String) -> Bool = { _ in false }
    ) {
        let names = Set(expected.map(\.name))
        missing = expected.map(\.name).filter { found[$0] == nil && !ignoring($0) }
        unexpected = found.keys.filter { !names.contains($0) && !ignoring($0) }.sorted()
        misshaped = expected.compactMap { name, shape in
            guard let tensor = found[name], tensor.shape != shape else { return nil }
            return Misshaped(name: name, expected: shape, found: tensor.shape)
        }
        if missing.isEmpty && unexpected.isEmpty && misshaped.isEmpty { return nil }
    }
}

extension Module {
    /// Parameters and state tensors by name, without their history.
    public func state() -> [String: Tensor] {
        var result: [String: Tensor] = [:]
        for entry in entries { result[entry.name] = entry.owned.value.detached }
        return result
    }

    /// Loads parameters and state tensors by name: all of them, or none if any does not fit.
    ///
    /// - Parameters:
    ///   - tensors: the values by name.
    ///   - ignoring: names for which this returns true may be missing or left over.
    /// - Throws: `LoadError`, naming everything that is missing, unexpected or of another shape.
    public func load(_ tensors: [String: Tensor], ignoring: (String) -> Bool = { _ in false }) throws(LoadError) {
        let entries = entries
        let expected = entries.map { (name: $0.name, shape: $0.owned.value.shape) }
        if let error = LoadError(expected: expected, found: tensors, ignoring: ignoring) { throw error }
        for entry in entries {
            guard let tensor = tensors[entry.name] else { continue }
            switch entry.owned {
            case .parameter(let parameter): parameter.assign(tensor.detached)
            case .state(let state): state.assign(tensor)
            }
        }
    }
}
