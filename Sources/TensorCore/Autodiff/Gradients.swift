/// The gradients of a scalar with respect to tensors.
///
/// Reverse-mode differentiation over the recorded operations between `loss` and `tensors`; operations that do not lead
/// to one of them are not walked. Nothing is stored anywhere: the answer is the return value.
///
/// - Parameters:
///   - loss: a tensor of one element; for any other shape the gradient of its sum is meant.
///   - tensors: leaves (`requiringGradient()`) or anything computed from them.
///   - createGraph: record the walk itself, so that the gradients can be differentiated again (gradient penalties).
/// - Returns: for each of `tensors` the gradient, of its shape; nil where the loss does not depend on it.
public func gradients(of loss: Tensor, at tensors: [Tensor], createGraph: Bool = false) -> [Tensor?] {
    gradients(of: [loss], seeds: [Tensor.ones(loss.shape)], at: tensors, createGraph: createGraph)
}

/// The gradients of `sum(outputs[i] · seeds[i])`: the vector-Jacobian product of several outputs at once.
public func gradients(
    of outputs: [Tensor], seeds: [Tensor], at tensors: [Tensor], createGraph: Bool = false
) -> [Tensor?] {
    let order = reachableNodes(from: outputs.compactMap(\.node))
    var index = [ObjectIdentifier: Int](minimumCapacity: order.count)
    for (position, node) in order.enumerated() { index[ObjectIdentifier(node)] = position }
    let asked: [Int?] = tensors.map { $0.node.flatMap { index[ObjectIdentifier($0)] } }

    var isAsked = [Bool](repeating: false, count: order.count)
    for case let position? in asked { isAsked[position] = true }

    // Parents come before children in `order`, so one pass finds what leads to an asked tensor.
    var parents = [[Int?]](repeating: [], count: order.count)
    var leads = isAsked
    for (position, node) in order.enumerated() {
        parents[position] = node.parents.map { $0.flatMap { index[ObjectIdentifier($0)] } }
        leads[position] = leads[position] || parents[position].contains { $0.map { leads[$0] } ?? false }
    }

    var pending = [Tensor?](repeating: nil, count: order.count)
    for (output, seed) in zip(outputs, seeds) {
        precondition(output.shape == seed.shape, "gradients: seed \(seed.shape) for output \(output.shape)")
        guard let node = output.node, let position = index[ObjectIdentifier(node)] else { continue }
        pending[position] = pending[position].map { $0 + seed } ?? seed
    }

    for position in order.indices.reversed() where leads[position] {
        guard let gradient = pending[position] else { continue }
        if !isAsked[position] { pending[position] = nil }
        let wanted = parents[position].map { $0.map { leads[$0] } ?? false }
        guard wanted.contains(true) else { continue }
        let answers = order[position].pull(gradient, wanted: wanted, createsGraph: createGraph)
        for (slot, parent) in parents[position].enumerated() where wanted[slot] {
            guard let parent, let answer = answers[slot] else { continue }
            pending[parent] = pending[parent].map { $0 + answer } ?? answer
        }
    }
    return asked.map { $0.flatMap { pending[$0] } }
}

/// Every node that the given ones were computed from, inputs before outputs. Iterative: chains may be millions long.
private func reachableNodes(from roots: [Node]) -> [Node] {
    var seen = Set<ObjectIdentifier>()
    var found: [Node] = []
    var stack = roots
    while let node = stack.popLast() {
        guard seen.insert(ObjectIdentifier(node)).inserted else { continue }
        found.append(node)
        for case let parent? in node.parents { stack.append(parent) }
    }
    return found.sorted { $0.sequence < $1.sequence }
}
