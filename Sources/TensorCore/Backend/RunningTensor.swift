/// A long-lived array of numbers that is written again and again: a parameter, an optimizer's moments, a running
/// average. Written in place while nobody else holds its contents, elsewhere otherwise.
package struct RunningTensor {
    package let shape: Shape
    /// For the backend, which replaces it when it may not overwrite it.
    package var storage: any Storage

    package init(_ value: Tensor) {
        shape = value.shape
        storage = value.backend.rowMajor(value).storage
    }

    /// The contents now; later updates do not change the tensor returned.
    package var value: Tensor { Tensor(shape: shape, storage: storage) }

    package var backend: any Backend { storage.backend }
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
