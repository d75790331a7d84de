/// A long-lived array of numbers that is updated repeatedly: a parameter, an optimizer's moments, a moving average. It
/// is updated in place if there is no other reference to its contents, otherwise in new memory.
package struct RunningTensor {
    package let shape: Shape
    /// Nil while the backend updates the contents.
    private var content: (any Storage)?

    package init(_ value: Tensor) {
        shape = value.shape
        content = value.backend.rowMajor(value).storage
    }

    /// The contents now; later updates do not change the tensor returned.
    package var value: Tensor { Tensor(shape: shape, storage: storage) }

    package var backend: any Backend { storage.backend }

    private var storage: any Storage {
        guard let content else { preconditionFailure("a running tensor was read while it was moved on") }
        return content
    }

    /// Transfers the contents to the backend, which updates them in place if there is no other reference.
    package mutating func take() -> any Storage {
        guard let storage = content.take() else { preconditionFailure("a running tensor was moved on twice at once") }
        return storage
    }

    /// Stores the new contents.
    package mutating func put(_ storage: any Storage) { content = storage }
}

/// One step of gradient descent with momentum.
package struct StochasticStep: Sendable {
    package var rate: Float
    package var momentum: Float
    package var dampening: Float
    package var weightDecay: Float
    package var isNesterov: Bool

    package init(rate: Float, momentum: Float, dampening: Float, weightDecay: Float, isNesterov: Bool) {
        (self.rate, self.momentum, self.dampening) = (rate, momentum, dampening)
        (self.weightDecay, self.isNesterov) = (weightDecay, isNesterov)
    }
}

/// One step of RMSProp.
package struct RMSPropStep: Sendable {
    package var rate: Float
    package var alpha: Float
    package var epsilon: Float
    package var weightDecay: Float

    package init(rate: Float, alpha: Float, epsilon: Float, weightDecay: Float) {
        (self.rate, self.alpha, self.epsilon, self.weightDecay) = (rate, alpha, epsilon, weightDecay)
    }
}

/// One step of Adam or, with decoupled weight decay, AdamW.
package struct AdamStep: Sendable {
    package var rate: Float
    package var beta1: Float
    package var beta2: Float
    package var epsilon: Float
    package var weightDecay: Float
    package var isDecoupled: Bool
    /// 1 − beta1ᵗ and 1 − beta2ᵗ in step t.
    package var corrections: (Float, Float)

    package init(
        rate: Float, beta1: Float, beta2: Float, epsilon: Float, weightDecay: Float, isDecoupled: Bool,
        corrections: (Float, Float)
    ) {
        (self.rate, self.beta1, self.beta2, self.epsilon) = (rate, beta1, beta2, epsilon)
        (self.weightDecay, self.isDecoupled, self.corrections) = (weightDecay, isDecoupled, corrections)
    }
}
