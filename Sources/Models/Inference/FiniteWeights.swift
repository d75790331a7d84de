import TensorCore

extension [String: Tensor] {
    /// The first tensor, by name, that holds NaN or infinity; nil if none does.
    package var firstNonFinite: String? { keys.sorted().first { self[$0]?.isFinite == false } }
}

extension Model {
    /// The name of the first tensor of weights that holds NaN or infinity; nil if none does. Reads all weights once.
    public var nonFiniteTensor: String? { weights.firstNonFinite }

    /// The weights, if all of them are finite or others were asked for.
    ///
    /// - Throws: ``ModelError`` with the first tensor that holds NaN or infinity.
    package func usableWeights() throws(ModelError) -> [String: Tensor] {
        if !allowsNonFinite, let tensor = nonFiniteTensor { throw .nonFinite(name: name, tensor: tensor) }
        return weights
    }
}
