import TensorCore

extension KnownAnswer {
    /// The stored tensor as a `Tensor`.
    package func loaded(_ name: String) throws -> Tensor {
        let stored = try tensor(name)
        return Tensor(stored.scalars, shape: Shape(stored.shape))
    }

    /// A numeric attribute in single precision.
    package func real(_ name: String) throws -> Float { Float(try number(name)) }

    /// In words, where a computed tensor leaves the stored answer; nil if it agrees in shape, and in every value
    /// within 2e-5 of the tensor's largest (at most 10) plus 1e-5 of the value's own size.
    package func difference(_ name: String, from computed: Tensor) throws -> String? {
        let expected = try tensor(name)
        guard computed.shape == Shape(expected.shape) else {
            return "\(self) \(name): shape \(computed.shape), PyTorch has \(expected.shape)"
        }
        let scale = expected.scalars.reduce(1e-3) { max($0, min(abs($1), 10)) }
        for (index, (value, wanted)) in zip(computed.values, expected.scalars).enumerated() {
            guard abs(value - wanted) <= 2e-5 * scale + 1e-5 * abs(wanted) else {
                return "\(self) \(name)[\(index)]: \(value), PyTorch has \(wanted)"
            }
        }
        return nil
    }
}
