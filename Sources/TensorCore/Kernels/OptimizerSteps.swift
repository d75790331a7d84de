import CKernels

/// A long-lived array of numbers that is written again and again: an optimizer's moments, a running average. Written in
/// place while nobody else holds its contents, copied first otherwise.
package struct RunningTensor {
    private let shape: Shape
    private var storage: Storage

    package init(_ value: Tensor) {
        shape = value.shape
        storage = Kernels.plain(value).storage
    }

    /// The contents now; later updates do not change the tensor returned.
    package var value: Tensor { Tensor(shape: shape, storage: storage) }

    /// Calls `body` with the contents to read and the place for their successors, which may be the same.
    fileprivate mutating func advance(_ body: (UnsafePointer<Float>, UnsafeMutablePointer<Float>) -> Void) {
        let successor = isKnownUniquelyReferenced(&storage) ? storage : Storage(count: storage.count)
        body(UnsafePointer(storage.pointer), successor.pointer)
        storage = successor
    }

    /// value ← decay · value + (1 − decay) · target.
    package mutating func approach(_ target: Tensor, decay: Float) {
        precondition(target.shape == shape, "approach: \(target.shape) by \(shape)")
        let target = Kernels.plain(target)
        if !isKnownUniquelyReferenced(&storage) {
            let copy = Storage(count: storage.count)
            copy.pointer.update(from: storage.pointer, count: storage.count)
            storage = copy
        }
        withExtendedLifetime(target.storage) {
            ck_ema(Int64(storage.count), target.pointer, storage.pointer, decay)
        }
    }
}

/// One step of gradient descent on one parameter. Each takes the parameter and its gradient, moves the moments on and
/// returns the parameter's successor.
extension Kernels {
    /// The buffer is nil until the first step with momentum, which fills it with the gradient as it is.
    package static func stochasticStep(
        _ parameter: Tensor, gradient: Tensor, buffer: inout RunningTensor?, rate: Float, momentum: Float,
        dampening: Float, weightDecay: Float, nesterov: Bool
    ) -> Tensor {
        step(parameter, gradient) { p, g, out, count in
            guard momentum != 0 else {
                ck_sgd(count, p, g, nil, out, nil, rate, 0, dampening, weightDecay, 0, 0)
                return
            }
            let isFirst = buffer == nil
            var moments = buffer ?? RunningTensor(.zeros(parameter.shape))
            buffer = nil
            moments.advance { m, mOut in
                ck_sgd(
                    count, p, g, m, out, mOut, rate, momentum, dampening, weightDecay, nesterov ? 1 : 0,
                    isFirst ? 1 : 0)
            }
            buffer = moments
        }
    }

    package static func rmsPropStep(
        _ parameter: Tensor, gradient: Tensor, squares: inout RunningTensor, rate: Float, alpha: Float,
        epsilon: Float, weightDecay: Float
    ) -> Tensor {
        step(parameter, gradient) { p, g, out, count in
            squares.advance { v, vOut in
                ck_rmsprop(count, p, g, v, out, vOut, rate, alpha, epsilon, weightDecay)
            }
        }
    }

    package static func adamStep(
        _ parameter: Tensor, gradient: Tensor, mean: inout RunningTensor, squares: inout RunningTensor, rate: Float,
        beta1: Float, beta2: Float, epsilon: Float, weightDecay: Float, decoupled: Bool, corrections: (Float, Float)
    ) -> Tensor {
        step(parameter, gradient) { p, g, out, count in
            mean.advance { m, mOut in
                squares.advance { v, vOut in
                    ck_adam(
                        count, p, g, m, v, out, mOut, vOut, rate, beta1, beta2, epsilon, weightDecay,
                        decoupled ? 1 : 0, corrections.0, corrections.1)
                }
            }
        }
    }

    private static func step(
        _ parameter: Tensor, _ gradient: Tensor,
        _ body: (UnsafePointer<Float>, UnsafePointer<Float>, UnsafeMutablePointer<Float>, Int64) -> Void
    ) -> Tensor {
        precondition(
            parameter.shape == gradient.shape,
            "optimizer step: gradient \(gradient.shape) for a parameter of \(parameter.shape)")
        let (parameter, gradient) = (plain(parameter), plain(gradient))
        let successor = Storage(count: parameter.count)
        withExtendedLifetime((parameter.storage, gradient.storage)) {
            body(parameter.pointer, gradient.pointer, successor.pointer, Int64(parameter.count))
        }
        return Tensor(shape: parameter.shape, storage: successor)
    }
}
