import Files

/// The dictionary of tensors in a saved object, with the names without prefixes.
struct StateDictionary {
    /// The keys under which training programs keep the network's tensors, in order of preference.
    static let wrappers = ["params_ema", "params-ema", "params", "model_state_dict", "state_dict", "model", "net"]
    private static let depth = 4

    /// In the file's order.
    private(set) var tensors: [(name: String, tensor: Int)] = []

    /// - Throws: ``ForeignWeightsError/Cause``.
    init(_ root: PickleValue, in heap: PickleHeap) throws {
        guard var entries = heap.entries(root) else {
            throw ForeignWeightsError.Cause.noTensors("it holds \(root.kind)")
        }
        for _ in 0..<Self.depth {
            guard let inner = Self.unwrapped(entries, heap) else { break }
            entries = inner
        }
        for (name, value) in entries {
            if case .tensor(let index) = value { tensors.append((name, index)) }
        }
        guard !tensors.isEmpty else {
            let keys = entries.prefix(12).map { "\(printable($0.key)) (\($0.value.kind))" }.joined(separator: ", ")
            throw ForeignWeightsError.Cause.noTensors(
                entries.isEmpty ? "the dictionary is empty" : "its keys are \(keys)")
        }
        let names = strippedNames(tensors.map(\.name))
        tensors = zip(names, tensors).compactMap { name, entry in name.map { ($0, entry.tensor) } }
    }

    private static func unwrapped(
        _ entries: [(key: String, value: PickleValue)], _ heap: PickleHeap
    ) -> [(key: String, value: PickleValue)]? {
        for wrapper in wrappers {
            guard let value = entries.first(where: { $0.key == wrapper })?.value, let inner = heap.entries(value) else {
                continue
            }
            let isUseful = inner.contains { key, value in
                if case .tensor = value { return true }
                if case .dictionary = value { return wrappers.contains(key) }
                return false
            }
            if isUseful { return inner }
        }
        return nil
    }
}

/// The names without the prefixes that wrappers leave. `module.` and `_orig_mod.` are removed if all names have them.
/// `netG.` is removed if any name has it; names without it, such as those of a discriminator, then become nil.
func strippedNames(_ names: [String]) -> [String?] {
    var result: [String?] = names
    for _ in 0..<4 {
        let present = result.compactMap(\.self)
        if let prefix = ["module.", "_orig_mod."].first(where: { p in present.allSatisfy { $0.hasPrefix(p) } }) {
            result = result.map { $0.map { String($0.dropFirst(prefix.count)) } }
        } else if present.contains(where: { $0.hasPrefix("netG.") }) {
            result = result.map { $0.flatMap { $0.hasPrefix("netG.") ? String($0.dropFirst(5)) : nil } }
        } else {
            break
        }
    }
    return result
}
