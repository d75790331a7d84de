import Files

/// The dictionaries of tensors in a saved object, wherever they lie in it.
struct StateDictionary {
    /// How deep dictionaries are searched, and how many of them.
    private static let (depth, most) = (4, 256)

    /// In the order of the file, from the outside in.
    private(set) var groups: [WeightGroup] = []
    /// All tensors of the groups, in their order.
    private(set) var tensors: [(name: String, tensor: Int)] = []
    /// The class of a network that was saved whole; nil for dictionaries.
    private(set) var className: String?

    /// - Throws: ``ForeignWeightsError/Cause`` if there is no tensor.
    init(_ root: PickleValue, in heap: PickleHeap) throws {
        if let networks = try PickledNetworks(root, in: heap) {
            (groups, tensors, className) = (networks.groups, networks.tensors, networks.className)
            return
        }
        guard let entries = heap.entries(root) else {
            throw ForeignWeightsError.Cause.noTensors(Self.words(root, heap))
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
            let words = DictionaryGuess.words(keys: entries.map(\.key)) ?? "its keys are \(keys)"
            throw ForeignWeightsError.Cause.noTensors(entries.isEmpty ? "the dictionary is empty" : words)
        }
    }

    /// What a file holds that is no dictionary.
    private static func words(_ root: PickleValue, _ heap: PickleHeap) -> String {
        guard case .object(let index) = root else { return "it holds \(root.kind)" }
        let object = heap.objects[index]
        return object.isScript
            ? "it is a TorchScript program without weights by name, perhaps a frozen one; save the state_dict() of the "
                + "model that it was made from"
            : "it holds an object of the class \(printable(object.className)); save model.state_dict() instead"
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
                    name: name, shape: tensor.shape, type: heap.storages[tensor.storage].type,
                    place: tensors.count))
            tensors.append((name, index))
        }
        if !members.isEmpty { groups.append(WeightGroup(keys: keys, members: members)) }
    }
}
