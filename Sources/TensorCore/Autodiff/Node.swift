import CKernels
import Synchronization

/// What a pullback is given: the gradient of the loss at the operation's output, and what the operation kept.
package struct Pullback {
    /// The gradient at the output, of the output's shape.
    package let gradient: Tensor
    /// The tensors kept at recording, in order. Cut off from their history unless gradients of gradients are wanted.
    package let saved: [Tensor]
    /// The output itself, when the operation kept it.
    package let savedOutput: Tensor?
    /// Which inputs a gradient is wanted for; the rest may be answered by nil.
    package let wanted: [Bool]
    /// Whether the gradients will themselves be differentiated: a fused kernel has to give way to its composition.
    package let createsGraph: Bool

    package var output: Tensor {
        guard let savedOutput else { preconditionFailure("the operation did not keep its output") }
        return savedOutput
    }
}

/// One recorded operation: where its inputs came from, and the rule that turns the gradient at its output into
/// gradients at its inputs. A pullback's closure captures only plain numbers; tensors are kept in `saved`, so that the
/// walk can decide whether they carry their history along.
package final class Node: @unchecked Sendable {
    package typealias Rule = @Sendable (Pullback) -> [Tensor?]

    /// Grows with every operation recorded: a node's inputs always have smaller numbers than the node.
    let sequence: UInt64
    package let operation: Operation
    package private(set) var parents: [Node?]
    private(set) var saved: [Tensor]
    private let outputShape: Shape?
    private let outputStorage: Storage?
    let rule: Rule?

    private static let counter = Atomic<UInt64>(0)

    /// A leaf: the start of a history.
    init(leaf operation: Operation) {
        sequence = Node.counter.wrappingAdd(1, ordering: .relaxed).newValue
        self.operation = operation
        parents = []
        saved = []
        outputShape = nil
        outputStorage = nil
        rule = nil
    }

    init(_ operation: Operation, parents: [Node?], saved: [Tensor], output: Tensor?, rule: @escaping Rule) {
        sequence = Node.counter.wrappingAdd(1, ordering: .relaxed).newValue
        self.operation = operation
        self.parents = parents
        self.saved = saved
        outputShape = output?.shape
        outputStorage = output?.storage
        self.rule = rule
    }

    func pull(_ gradient: Tensor, wanted: [Bool], createsGraph: Bool) -> [Tensor?] {
        guard let rule else { return [] }
        var output: Tensor?
        if let outputShape, let outputStorage {
            output = Tensor(shape: outputShape, storage: outputStorage, node: createsGraph ? self : nil)
        }
        return rule(
            Pullback(
                gradient: gradient, saved: createsGraph ? saved : saved.map(\.detached), savedOutput: output,
                wanted: wanted, createsGraph: createsGraph))
    }

    deinit {
        if parents.isEmpty && saved.isEmpty { return }
        let payload = ReleaseQueue.Payload(parents: parents, saved: saved)
        parents = []
        saved = []
        ReleaseQueue.release(payload)
    }
}

/// Releases histories without recursion: while one node's inputs are being released on a thread, the inputs of the
/// nodes that die with them wait in line instead of nesting.
private final class ReleaseQueue {
    struct Payload {
        let parents: [Node?]
        let saved: [Tensor]
    }
    private var waiting: [Payload] = []

    static func release(_ payload: Payload) {
        if let active = ck_release_queue() {
            Unmanaged<ReleaseQueue>.fromOpaque(active).takeUnretainedValue().waiting.append(payload)
            return
        }
        let queue = ReleaseQueue()
        queue.waiting.append(payload)
        withExtendedLifetime(queue) {
            ck_set_release_queue(Unmanaged.passUnretained(queue).toOpaque())
            while let next = queue.waiting.popLast() { _ = consume next }
            ck_set_release_queue(nil)
        }
    }
}

extension Tensor {
    /// The value of an operation together with the record of it, if any input has a history.
    ///
    /// - Parameters:
    ///   - inputs: the tensors that gradients can flow to, in the order of the rule's answers.
    ///   - saved: the tensors that the rule needs, handed to it in `Pullback.saved`.
    ///   - savesOutput: whether the rule needs the output.
    package static func record(
        _ operation: Operation, _ value: Tensor, inputs: [Tensor], saving saved: [Tensor] = [],
        savesOutput: Bool = false, rule: @escaping Node.Rule
    ) -> Tensor {
        guard inputs.contains(where: { $0.node != nil }) else { return value }
        let node = Node(
            operation, parents: inputs.map(\.node), saved: saved, output: savesOutput ? value : nil, rule: rule)
        return Tensor(shape: value.shape, storage: value.storage, node: node)
    }
}
