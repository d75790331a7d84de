import Foundation
import Synchronization
import TensorCore

/// A tensor that is trained.
///
///     let weight = Parameter(Random(seed: 1).normal([10, 3]))
///     let gradient = gradients(of: loss(weight.value), at: [weight.value])[0]
public final class Parameter: Sendable {
    /// Nil while an optimizer writes the next value.
    private let content: Mutex<Tensor?>
    /// The shape of every value it takes.
    public let shape: Shape

    /// Starts with a value, without its history.
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

    /// Replaces the value by another of the same shape, which starts a new history.
    public func assign(_ value: Tensor) {
        precondition(value.shape == shape, "assign: \(value.shape) to a parameter of shape \(shape)")
        let leaf = value.requiringGradient()
        content.withLock { $0 = leaf }
    }

    /// Takes the value out for an update, in place if there is no other reference. Other readers wait until `put`.
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

    /// Puts a value back as the start of a new history.
    func put(_ value: RunningTensor) { assign(value.value) }
}

/// A tensor that belongs to a network's state without being trained: running statistics, the singular vectors of
/// spectral normalization. It is saved and loaded like a parameter, but no optimizer changes it.
public final class StateTensor: Sendable {
    private let content: Mutex<Tensor>
    /// The shape of every value it takes.
    public let shape: Shape

    /// Starts with a value, without its history.
    public init(_ value: Tensor) {
        shape = value.shape
        content = Mutex(value.detached)
    }

    /// The current value, without history.
    public var value: Tensor { content.withLock { $0 } }

    /// Replaces the value by another of the same shape, without its history; stays if there was no memory for the other.
    public func assign(_ value: Tensor) {
        precondition(value.shape == shape, "assign: \(value.shape) to a state tensor of shape \(shape)")
        guard value.storage.hasValues else { return }
        content.withLock { $0 = value.detached }
    }
}
