import Glibc
import Synchronization

/// One recorded operation: where its inputs came from, and the rule that turns the gradient at its output into
/// gradients at its inputs. A pullback's closure captures only plain numbers; tensors are kept in `saved`, so that the
/// walk can decide whether they keep their history.
package final class Node: @unchecked Sendable {
    package typealias Rule = @Sendable (Pullback) -> [Tensor?]

    /// Increases with every recorded operation, so the inputs of a node have smaller numbers.
    let sequence: UInt64
    package let operation: RecordedOperation
    private var origin: Origin
    private let outputShape: Shape?
    private let outputStorage: (any Storage)?
    private let rule: Rule?

    /// The references to earlier history. One or two inputs, the usual number, need no array.
    fileprivate struct Origin {
        var inputCount = 0
        var first: Node?
        var second: Node?
        var others: [Node?] = []
        var saved: [Tensor] = []
    }

    private static let counter = Atomic<UInt64>(0)

    /// A leaf: the start of a history.
    init(leaf operation: Operation) {
        sequence = Node.counter.wrappingAdd(1, ordering: .relaxed).newValue
        self.operation = .operation(operation)
        origin = Origin()
        outputShape = nil
        outputStorage = nil
        rule = nil
    }

    @inline(__always)
    init(_ operation: RecordedOperation, inputs: [Tensor], saved: [Tensor], output: Tensor?, rule: @escaping Rule) {
        sequence = Node.counter.wrappingAdd(1, ordering: .relaxed).newValue
        self.operation = operation
        origin = Origin(
            inputCount: inputs.count, first: inputs[0].node, second: inputs.count > 1 ? inputs[1].node : nil,
            others: inputs.count > 2 ? inputs[2...].map(\.node) : [], saved: saved)
        outputShape = output?.shape
        outputStorage = output?.storage
        self.rule = rule
    }

    /// Calls `body` with the record of each input in order, nil for an input without one.
    func forEachParent(_ body: (Node?) -> Void) {
        if origin.inputCount > 0 { body(origin.first) }
        if origin.inputCount > 1 { body(origin.second) }
        for parent in origin.others { body(parent) }
    }

    /// The records of the inputs, nil for an input without one.
    package var parents: [Node?] {
        var parents: [Node?] = []
        forEachParent { parents.append($0) }
        return parents
    }

    /// Whether the operation is a convolution or its transpose, which computes each of its answers on its own.
    var isConvolution: Bool {
        switch operation {
        case .operation(.convolution), .operation(.convolutionInputGradient): true
        default: false
        }
    }

    /// Which input of a convolution the weight is.
    static let weight = 1

    /// The gradient at the weight of a convolution, which is computed when it is called for. Until then, what the rule needs
    /// is kept, and nothing of the history.
    func pullWeightLater(_ gradient: Tensor) -> () -> Tensor? {
        guard let rule else { return { nil } }
        let pullback = Pullback(
            gradient: gradient, saved: SavedTensors(tensors: origin.saved.map(\.detached), keepHistory: false),
            savedOutput: nil, wanted: WantedInputs(0..<origin.inputCount) { $0 == Self.weight }, createsGraph: false)
        return { rule(pullback)[Self.weight] }
    }

    func pull(_ gradient: consuming Tensor, wanted: WantedInputs, createsGraph: Bool) -> [Tensor?] {
        guard let rule else { return [] }
        var output: Tensor?
        if let outputShape, let outputStorage {
            output = Tensor(shape: outputShape, storage: outputStorage, node: createsGraph ? self : nil)
        }
        return rule(
            Pullback(
                gradient: gradient, saved: SavedTensors(tensors: origin.saved, keepHistory: createsGraph),
                savedOutput: output, wanted: wanted, createsGraph: createsGraph))
    }

    deinit {
        if origin.inputCount > 0 { ReleaseQueue.release(&origin) }
    }
}

/// Releases histories without recursion: while a thread releases the inputs of a node, the inputs of further released
/// nodes wait in a queue.
private final class ReleaseQueue {
    private var waiting: [Node.Origin] = []

    /// The key of each thread's queue.
    private static let active: pthread_key_t = {
        var key = pthread_key_t()
        precondition(pthread_key_create(&key, nil) == 0, "no room for a thread's release queue")
        return key
    }()

    /// Empties `origin`; only the queue holds its contents now.
    static func release(_ origin: inout Node.Origin) {
        if let active = pthread_getspecific(active) {
            Unmanaged<ReleaseQueue>.fromOpaque(active).takeUnretainedValue().put(&origin)
            return
        }
        let queue = ReleaseQueue()
        queue.put(&origin)
        withExtendedLifetime(queue) {
            pthread_setspecific(active, Unmanaged.passUnretained(queue).toOpaque())
            while let next = queue.waiting.popLast() { _ = consume next }
            pthread_setspecific(active, nil)
        }
    }

    private func put(_ origin: inout Node.Origin) {
        waiting.append(Node.Origin())
        swap(&waiting[waiting.count - 1], &origin)
    }
}

extension Tensor {
    /// The value of an operation together with the record of it, if any input has a history.
    ///
    /// - Parameters:
    ///   - inputs: the tensors that gradients can flow to, in the order of the rule's results.
    ///   - saved: the tensors that the rule needs, which it finds in `Pullback.saved`.
    ///   - savesOutput: whether the rule needs the output.
    @inline(__always)
    package static func record(
        _ operation: Operation, _ value: Tensor, inputs: [Tensor], saving saved: @autoclosure () -> [Tensor] = [],
        savesOutput: Bool = false, rule: @escaping Node.Rule
    ) -> Tensor {
        record(.operation(operation), value, inputs: inputs, saving: saved(), savesOutput: savesOutput, rule: rule)
    }

    @inline(__always)
    package static func record(
        _ operation: RecordedOperation, _ value: Tensor, inputs: [Tensor],
        saving saved: @autoclosure () -> [Tensor] = [], savesOutput: Bool = false, rule: @escaping Node.Rule
    ) -> Tensor {
        var isRecorded = false
        for index in inputs.indices where inputs[index].node != nil { isRecorded = true }
        guard isRecorded else { return value }
        let node = Node(operation, inputs: inputs, saved: saved(), output: savesOutput ? value : nil, rule: rule)
        return Tensor(shape: value.shape, storage: value.storage, node: node)
    }
}
