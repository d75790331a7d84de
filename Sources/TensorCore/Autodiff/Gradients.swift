/// The gradients of a scalar with respect to tensors.
///
/// Reverse-mode differentiation over the recorded operations between `loss` and `tensors`; operations that do not lead
/// to one of them are skipped. The result is the return value; nothing is stored elsewhere. Each part of the history is
/// released as soon as it has been walked, unless a tensor still refers to it, so consume the last use of `loss`.
///
/// - Parameters:
///   - loss: a tensor of one element; for any other shape, the gradient of its sum is computed.
///   - tensors: leaves (`requiringGradient()`) or anything computed from them.
///   - createGraph: record the walk itself, so that the gradients can be differentiated again (gradient penalties).
/// - Returns: for each of `tensors` the gradient, of its shape; nil if the loss does not depend on it.
public func gradients(of loss: consuming Tensor, at tensors: [Tensor], createGraph: Bool = false) -> [Tensor?] {
    let seed = loss.full(loss.shape, 1)
    return gradients(of: [loss], seeds: [seed], at: tensors, createGraph: createGraph)
}

/// The gradients of `sum(outputs[i] · seeds[i])`: the vector-Jacobian product of several outputs at once.
///
/// - Parameters:
///   - outputs: any tensors.
///   - seeds: one for each output, of its shape; their own history counts only with `createGraph`.
///   - tensors: leaves (`requiringGradient()`) or anything computed from them.
///   - createGraph: record the walk itself, so that the gradients can be differentiated again.
/// - Returns: for each of `tensors` the gradient, of its shape; nil if no output depends on it.
public func gradients(
    of outputs: consuming [Tensor], seeds: [Tensor], at tensors: [Tensor], createGraph: Bool = false
) -> [Tensor?] {
    var found = [Tensor?](repeating: nil, count: tensors.count)
    walk(outputs, seeds: seeds, at: tensors, createGraph: createGraph, order: nil) { found[$0] = $1 }
    return found
}

/// The gradients of a scalar with respect to leaves, each of them as soon as it is complete, while the walk goes on.
///
/// - Parameters:
///   - canWait: whether others should come before the gradient of a leaf. It is computed after the walk if the leaf is
///     the weight of just one convolution.
///   - complete: receives the number of a leaf and its gradient; is not called for those that the loss does not depend
///     on.
package func gradients(
    of loss: consuming Tensor, at leaves: [Tensor], canWait: @escaping (_ number: Int) -> Bool = { _ in false },
    whenComplete complete: (_ number: Int, _ gradient: consuming Tensor) -> Void
) {
    let seed = loss.full(loss.shape, 1)
    walk([loss], seeds: [seed], at: leaves, createGraph: false, order: canWait, complete)
}

/// Walks the history backward.
///
/// - Parameter order: says which gradients can wait. If it is not nil, each gradient is told when the last operation that
///   contributes to it has been walked, and not at the end.
private func walk(
    _ outputs: consuming [Tensor], seeds: [Tensor], at tensors: [Tensor], createGraph: Bool,
    order canWait: ((_ number: Int) -> Bool)?, _ complete: (_ number: Int, _ gradient: consuming Tensor) -> Void
) {
    precondition(outputs.count == seeds.count, "gradients: \(seeds.count) seeds for \(outputs.count) outputs")
    var history = History(of: copy outputs)
    let asked = tensors.map { $0.node.flatMap(history.position) }

    var isAsked = [Bool](repeating: false, count: history.nodes.count)
    for case let position? in asked { isAsked[position] = true }

    // Inputs precede their results, so one pass finds the operations that lead to a requested tensor.
    var leads = isAsked
    for position in leads.indices where !leads[position] {
        leads[position] = history.parents(of: position).contains { $0 >= 0 && leads[Int($0)] }
    }

    var contributions = canWait.map { Contributions(to: asked, in: history, leads: leads, canWait: $0) }
    var waiting: [(number: Int, gradient: () -> Tensor?)] = []

    var pending = [Tensor?](repeating: nil, count: history.nodes.count)
    for index in outputs.indices {
        let seed = createGraph ? seeds[index] : seeds[index].detached
        let shape = outputs[index].shape
        precondition(shape == seed.shape, "gradients: seed \(seed.shape) for output \(shape)")
        guard let position = outputs[index].node.flatMap(history.position) else { continue }
        pending[position] = pending[position].map { $0 + seed } ?? seed
    }

    // From here on, only the history and the caller hold references to the record.
    outputs = []

    for position in pending.indices.reversed() {
        let node = history.removeLast()
        guard leads[position] else { continue }
        let parents = history.parents(of: position)
        // Answers end with this block: who is told a gradient may want to be its only owner.
        pull: do {
            var wanted = WantedInputs(parents) { $0 >= 0 && leads[Int($0)] }
            guard !wanted.isEmpty,
                let gradient = isAsked[position] ? pending[position] : pending[position].take()
            else { break pull }
            if let number = contributions?.waitingWeight(of: node, parents) {
                waiting.append((number, node.pullWeightLater(gradient)))
                wanted.remove(Node.weight)
                if wanted.isEmpty { break pull }
            }
            let answers = node.pull(consume gradient, wanted: wanted, createsGraph: createGraph)
            for (slot, parent) in parents.enumerated() where parent >= 0 && leads[Int(parent)] {
                guard let answer = answers[slot] else { continue }
                guard let sum = pending[Int(parent)].take() else {
                    pending[Int(parent)] = answer
                    continue
                }
                if createGraph {
                    pending[Int(parent)] = sum + answer
                } else {
                    let backend = Tensor.backend(sum, answer)
                    pending[Int(parent)] = backend.sum(overwriting: sum, answer)
                }
            }
        }
        contributions?.end(of: parents) { number, place in
            if let gradient = pending[place].take() { complete(number, consume gradient) }
        }
    }
    for (number, position) in asked.enumerated() {
        if let gradient = position.flatMap({ pending[$0] }) { complete(number, consume gradient) }
    }
    waiting.reverse()
    while let (number, gradient) = waiting.popLast() {
        if let gradient = gradient() { complete(number, consume gradient) }
    }
}

/// How many operations have yet to contribute to each gradient that is asked for.
private struct Contributions {
    /// By position; nil for what is not asked for.
    private var open: [(number: Int, count: Int)?]
    /// The positions of leaves whose gradients wait: a sum of several contributions would change its order.
    private var waiting: Set<Int> = []

    init(to asked: [Int?], in history: History, leads: [Bool], canWait: (_ number: Int) -> Bool) {
        open = [(number: Int, count: Int)?](repeating: nil, count: leads.count)
        for case (let number, let position?) in asked.enumerated() { open[position] = (number, 0) }
        for position in leads.indices where leads[position] {
            for parent in history.parents(of: position) where parent >= 0 { open[Int(parent)]?.count += 1 }
        }
        for (position, entry) in open.enumerated() {
            if let entry, entry.count == 1, canWait(entry.number) { waiting.insert(position) }
        }
    }

    /// The number of an operation's weight if it is a convolution, and the gradient of its weight waits.
    func waitingWeight(of node: Node, _ parents: ArraySlice<Int32>) -> Int? {
        guard node.isConvolution else { return nil }
        let weight = Int(parents[parents.startIndex + Node.weight])
        return waiting.contains(weight) ? open[weight]?.number : nil
    }

    /// An operation has contributed to its inputs.
    mutating func end(of parents: ArraySlice<Int32>, _ complete: (_ number: Int, _ position: Int) -> Void) {
        for parent in parents where parent >= 0 {
            guard let (number, count) = open[Int(parent)] else { continue }
            open[Int(parent)]?.count = count - 1
            if count == 1 { complete(number, Int(parent)) }
        }
    }
}

/// Every operation that some tensors were computed from, inputs before outputs. Found without recursion: chains may be
/// millions long.
private struct History {
    private(set) var nodes: [Node] = []
    private var places = SequenceTable()
    private var parentStart: [Int32] = [0]
    private var parentPositions: [Int32] = []

    init(of outputs: [Tensor]) {
        var found: [(sequence: UInt64, node: Unmanaged<Node>)] = []
        var stack: [Unmanaged<Node>] = []
        func visit(_ node: Node) {
            guard places.insert(node.sequence) else { return }
            found.append((node.sequence, .passUnretained(node)))
            stack.append(.passUnretained(node))
        }
        for case let node? in outputs.map(\.node) { visit(node) }
        while let node = stack.popLast()?.takeUnretainedValue() { node.forEachParent { $0.map(visit) } }

        found.reverse()
        found.sort { $0.sequence < $1.sequence }
        nodes = found.map { $0.node.takeUnretainedValue() }
        for (position, entry) in found.enumerated() { places.set(entry.sequence, Int32(position)) }
        parentStart.reserveCapacity(nodes.count + 1)
        parentPositions.reserveCapacity(2 * nodes.count)
        for node in nodes {
            node.forEachParent { parent in
                parentPositions.append(parent.flatMap { places[$0.sequence] } ?? -1)
            }
            parentStart.append(Int32(parentPositions.count))
        }
    }

    /// Removes and returns the last operation.
    mutating func removeLast() -> Node { nodes.removeLast() }

    func position(of node: Node) -> Int? { places[node.sequence].map(Int.init) }

    /// The positions of a node's inputs, −1 for those without a history.
    func parents(of position: Int) -> ArraySlice<Int32> {
        parentPositions[Int(parentStart[position])..<Int(parentStart[position + 1])]
    }
}

/// A hash table from sequence numbers to positions. Eight numbers recorded one after another share a cache line, and
/// such groups are spread evenly (Fibonacci hashing): runs of numbers must not pile up in linear probing.
private struct SequenceTable {
    private var keys = [UInt64](repeating: 0, count: 256)
    private var values = [Int32](repeating: 0, count: 256)
    private var count = 0

    private func slot(of key: UInt64) -> Int {
        let group = (key >> 3) &* 0x9E37_79B9_7F4A_7C15
        var slot = Int(truncatingIfNeeded: (group >> 32) << 3 | key & 7) & (keys.count - 1)
        while keys[slot] != key && keys[slot] != 0 { slot = (slot + 1) & (keys.count - 1) }
        return slot
    }

    subscript(key: UInt64) -> Int32? {
        let slot = slot(of: key)
        return keys[slot] == 0 ? nil : values[slot]
    }

    /// Whether the key is new.
    mutating func insert(_ key: UInt64) -> Bool {
        let place = slot(of: key)
        if keys[place] != 0 { return false }
        keys[place] = key
        count += 1
        if 2 * count > keys.count { grow() }
        return true
    }

    mutating func set(_ key: UInt64, _ value: Int32) { values[slot(of: key)] = value }

    private mutating func grow() {
        let old = keys
        keys = [UInt64](repeating: 0, count: 2 * old.count)
        values = [Int32](repeating: 0, count: 2 * old.count)
        for key in old where key != 0 { keys[slot(of: key)] = key }
    }
}
