import Files

/// The dictionaries of tensors in a saved object, wherever they lie in it.
struct StateDictionary {
    /// How deep dictionaries are searched, and how many of them.
    private static let (depth, most) = (4, 256)

    /// In the order of the file, from the outside in.
    private(set) var groups: [WeightGroup] = []
    /// All tensors of the groups, in their order.
    private(set) var tensors: [(name: String, tensor: Int)] = []

    /// - Throws: ``ForeignWeightsError/Cause`` if there is no tensor.
    init(_ root: PickleValue, in heap: PickleHeap) throws {
        guard let entries = heap.entries(root) else {
            throw ForeignWeightsError.Cause.noTensors("it holds \(root.kind)")
        }
        var seen: Set<Int> = []
        var next: [(keys: [String], value: PickleValue)] = [([], root)]
        var place = 0
        while place < next.count, seen.count < Self.most {
            let (keys, value) = next[place]
            place += 1
            guard case .dictionary(let index) = value, seen.insert(index).inserted,
                let entries = heap.entries(value)
            else { continue }
            add(entries, under: keys, heap)
            guard keys.count < Self.depth else { continue }
            for (key, value) in entries {
                if case .dictionary = value { next.append((keys + [key], value)) }
            }
        }
        guard !groups.isEmpty else {
            let keys = entries.prefix(12).map { "\(printable($0.key)) (\($0.value.kind))" }.joined(separator: ", ")
            throw ForeignWeightsError.Cause.noTensors(
                entries.isEmpty ? "the dictionary is empty" : "its keys are \(keys)")
        }
    }

    private mutating func add(
        _ entries: [(key: String, value: PickleValue)], under keys: [String], _ heap: PickleHeap
    ) {
        var members: [WeightGroup.Member] = []
        for (name, value) in entries {
            guard case .tensor(let index) = value else { continue }
            let tensor = heap.tensors[index]
            members.append(
                .init(
                    name: name, shape: tensor.shape, isInteger: heap.storages[tensor.storage].type.isInteger,
                    place: tensors.count))
            tensors.append((name, index))
        }
        if !members.isEmpty { groups.append(WeightGroup(keys: keys, members: members)) }
    }
}
