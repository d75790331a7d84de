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
        if let networks = try PickledNetworks(root, in: heap) {
            (groups, tensors) = (networks.groups, networks.tensors)
            return
        }
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
        shareAverage()
        guard !groups.isEmpty else {
            let keys = entries.prefix(12).map { "\(printable($0.key)) (\($0.value.kind))" }.joined(separator: ", ")
            throw ForeignWeightsError.Cause.noTensors(
                entries.isEmpty ? "the dictionary is empty" : "its keys are \(keys)")
        }
    }

    /// The program of rosinality keeps the mean of a generator's inner latents beside its tensors.
    private mutating func shareAverage() {
        let name = "latent_avg"
        guard let average = groups.first(where: { $0.keys.isEmpty })?.members.first(where: { $0.name == name }) else {
            return
        }
        groups = groups.map { ["g_ema", "g"].contains($0.keys.last) ? $0.adding(average) : $0 }
    }

    private mutating func add(
        _ entries: [(key: String, value: PickleValue)], under keys: [String], _ heap: PickleHeap
    ) {
        var members: [WeightGroup.Member] = []
        for (name, value) in entries {
            guard let index = heap.tensor(value) else { continue }
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
