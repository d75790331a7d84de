import Foundation
import Synchronization
import TensorCore

/// A tensor that is trained.
///
///     let weight = Parameter(Random(seed: 1).normal([10, 3]))
///     let gradient = gradients(of: loss(weight.value), at: [weight.value])[0]
public final class Parameter: Sendable {
    /// Nil for as long as an optimizer is writing the next value.
    private let content: Mutex<Tensor?>
    /// The shape of every value it takes.
    public let shape: Shape

    /// Starts at a value, whose history is dropped.
    public init(_ value: Tensor) {
        shape = value.shape
        content = Mutex(value.requiringGradient())
    }

    /// The current value, a leaf of the recorded graph: the same leaf until the next `assign` or optimizer step.
    public var value: Tensor {
        while true {
            if let value = content.withLock({ $0 }) { return value }
            sched_yield()
        }
    }

    /// The value as a network in `mode` reads it: cut off from the record in inference.
    public func value(in mode: ForwardMode) -> Tensor { mode.recordsParameters ? value : value.detached }

    /// Replaces the value, of the same shape, by the start of a new history.
    public func assign(_ value: Tensor) {
        precondition(value.shape == shape, "assign: \(value.shape) to a parameter of shape \(shape)")
        let leaf = value.requiringGradient()
        content.withLock { $0 = leaf }
    }

    /// Hands the value over to be moved on, in place if nobody else holds it. Whoever asks for the value meanwhile
    /// waits for `put`.
    func take() -> RunningTensor {
        while true {
            let value = content.withLock { content -> Tensor? in
                defer { content = nil }
                return content
            }
            if let value { return RunningTensor(value) }
            sched_yield()
        }
    }

    /// Takes a value back as the start of a new history.
    func put(_ value: RunningTensor) { assign(value.value) }
}

/// A tensor that belongs to a network's state without being trained: running statistics, the singular vectors of
/// spectral normalization. Saved and loaded like a parameter, seen by no optimizer.
public final class StateTensor: Sendable {
    private let content: Mutex<Tensor>
    /// The shape of every value it takes.
    public let shape: Shape

    /// Starts at a value, whose history is dropped.
    public init(_ value: Tensor) {
        shape = value.shape
        content = Mutex(value.detached)
    }

    /// The current value, without history.
    public var value: Tensor { content.withLock { $0 } }

    /// Replaces the value by another of the same shape; its history, if any, is dropped.
    public func assign(_ value: Tensor) {
        precondition(value.shape == shape, "assign: \(value.shape) to a state tensor of shape \(shape)")
        content.withLock { $0 = value.detached }
    }
}
