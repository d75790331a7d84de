import Files

/// The networks that StyleGAN's programs pickle whole: a dictionary with `G`, `D` and `G_ema` of the PyTorch programs
/// (StyleGAN2-ADA, StyleGAN3), or the networks `G`, `D`, `Gs` of the TensorFlow program (StyleGAN2). Each becomes a
/// group of tensors by name. So does any module of PyTorch that `torch.save` wrote whole, alone or in a dictionary, and
/// the state of a TorchScript program. Nothing of a class is used but its name.
struct PickledNetworks {
    /// In the order of the file.
    private(set) var groups: [WeightGroup] = []
    /// All tensors of the groups, in their order.
    private(set) var tensors: [(name: String, tensor: Int)] = []
    /// The class of the first network, if it is one that `torch.save` wrote.
    private(set) var className: String?

    private let heap: PickleHeap
    /// The objects on the way to the one that is walked.
    private var entered: Set<Int> = []
    /// How many modules were walked.
    private var walked = 0

    private static let tensorFlow = "dnnlib.tflib.network.Network"
    /// How deep modules may be nested, and how many tensors a file may name.
    private static let (depth, most) = (32, 100_000)

    /// - Returns: nil for a pickle of something else.
    /// - Throws: ``ForeignWeightsError/Cause`` if the state of a network does not fit it.
    init?(_ root: PickleValue, in heap: PickleHeap) throws {
        self.heap = heap
        for (key, value) in Self.networks(root, heap) {
            guard case .object(let index) = value else { continue }
            let first = tensors.count
            let object = heap.objects[index]
            let isTensorFlow = object.className == Self.tensorFlow
            if isTensorFlow {
                try walkNetwork(index, path: "", in: key, depth: 0)
            } else if object.isScript {
                try walkScript(index, path: "", in: key, depth: 0)
            } else {
                try walkModule(index, path: "", in: key, depth: 0)
            }
            guard tensors.count > first else { continue }
            if !object.isKnown, className == nil { className = object.className }
            let members = (first..<tensors.count).map { place in
                let tensor = heap.tensors[tensors[place].tensor]
                return WeightGroup.Member(
                    name: tensors[place].name, shape: tensor.shape,
                    type: heap.storages[tensor.storage].type, place: place)
            }
            var group = WeightGroup(keys: key.isEmpty ? [] : [key], members: members)
            if let settings = heap.entry(isTensorFlow ? "static_kwargs" : "_init_kwargs", of: object.state) {
                group.settings = heap.settings(settings)
            }
            groups.append(group)
        }
        if groups.isEmpty { return nil }
    }

    private static func networks(_ root: PickleValue, _ heap: PickleHeap) -> [(key: String, value: PickleValue)] {
        func isModule(_ value: PickleValue) -> Bool {
            guard case .object(let index) = value else { return false }
            return heap.objects[index].className == tensorFlow || heap.isModule(index)
        }
        if let items = heap.items(root), items.count <= 3, items.allSatisfy(isModule) {
            return zip(["G", "D", "Gs"], items).map { ($0, $1) }
        }
        if isModule(root) { return [("", root)] }
        return (heap.entries(root) ?? []).filter { isModule($0.value) }
    }

    private func damaged(_ reason: String, _ key: String) -> ForeignWeightsError.Cause {
        .malformed(reason, FilePlace(part: key.isEmpty ? "the network" : "the network \(printable(key))", offset: 0))
    }

    /// Walks an object, which may lie in several places but not in itself.
    private mutating func inside(
        _ object: Int, _ path: String, _ key: String, _ depth: Int, _ walk: (inout PickledNetworks) throws -> Void
    ) throws {
        walked += 1
        guard walked <= Self.most, depth <= Self.depth, entered.insert(object).inserted else {
            throw damaged("the module “\(printable(path))” lies in itself or too deep", key)
        }
        defer { entered.remove(object) }
        try walk(&self)
    }

    private mutating func add(_ name: String, _ value: PickleValue, _ key: String) throws {
        if case .none = value { return }
        guard let tensor = heap.tensor(value) else {
            throw damaged("\(printable(name)) is \(value.kind), not a tensor", key)
        }
        guard tensors.count < Self.most else {
            throw ForeignWeightsError.Cause.tooLarge("it has more than \(Self.most) tensors")
        }
        tensors.append((name, tensor))
    }

    private func table(
        _ name: String, of state: PickleValue, _ path: String, _ key: String
    ) throws -> [(key: String, value: PickleValue)] {
        guard let value = heap.entry(name, of: state) else { return [] }
        guard let entries = heap.entries(value) else {
            throw damaged("\(name) of the module “\(printable(path))” is \(value.kind), not a dictionary", key)
        }
        return entries
    }

    /// A module of PyTorch: its parameters, its buffers, and its modules.
    private mutating func walkModule(_ object: Int, path: String, in key: String, depth: Int) throws {
        try inside(object, path, key, depth) { networks in
            let state = networks.heap.objects[object].state
            let unsaved = networks.unsavedBuffers(of: state)
            for group in ["_parameters", "_buffers"] {
                for (name, value) in try networks.table(group, of: state, path, key) where !unsaved.contains(name) {
                    try networks.add(path + name, value, key)
                }
            }
            for (name, value) in try networks.table("_modules", of: state, path, key) {
                if case .none = value { continue }
                guard case .object(let child) = value else {
                    throw networks.damaged("\(printable(path + name)) is \(value.kind), not a module", key)
                }
                try networks.walkModule(child, path: path + name + ".", in: key, depth: depth + 1)
            }
        }
    }

    /// The buffers that are in no state dictionary.
    private func unsavedBuffers(of state: PickleValue) -> Set<String> {
        guard let names = heap.entry("_non_persistent_buffers_set", of: state), let items = heap.items(names) else {
            return []
        }
        return Set(items.compactMap { if case .text(let name) = $0 { name } else { nil } })
    }

    /// A module of a TorchScript program: its attributes are tensors, modules and settings.
    private mutating func walkScript(_ object: Int, path: String, in key: String, depth: Int) throws {
        try inside(object, path, key, depth) { networks in
            for (name, value) in networks.heap.entries(networks.heap.objects[object].state) ?? [] {
                if networks.heap.tensor(value) != nil {
                    try networks.add(path + name, value, key)
                } else if case .object(let child) = value {
                    try networks.walkScript(child, path: path + name + ".", in: key, depth: depth + 1)
                }
            }
        }
    }

    /// A network of the TensorFlow program: its variables and its components.
    private mutating func walkNetwork(_ object: Int, path: String, in key: String, depth: Int) throws {
        let state = heap.objects[object].state
        guard case .integer(let version)? = heap.entry("version", of: state) else {
            throw damaged("its version is missing", key)
        }
        guard version >= 4 else {
            throw ForeignWeightsError.Cause.unknownNetwork(
                "it holds a network of StyleGAN's program in version \(version), before StyleGAN2; only StyleGAN2 (4) "
                    + "and later are known")
        }
        guard let value = heap.entry("variables", of: state), let variables = heap.items(value) else {
            throw damaged("its variables are no list", key)
        }
        try inside(object, path, key, depth) { networks in
            for variable in variables {
                guard let pair = networks.heap.items(variable), pair.count == 2, case .text(let name) = pair[0] else {
                    throw networks.damaged("a variable is not a name with an array", key)
                }
                try networks.add(path + name, pair[1], key)
            }
            for (name, value) in try networks.table("components", of: state, path, key) {
                guard case .object(let child) = value else {
                    throw networks.damaged("\(printable(path + name)) is \(value.kind), not a network", key)
                }
                try networks.walkNetwork(child, path: path + name + "/", in: key, depth: depth + 1)
            }
        }
    }
}

extension PickleHeap {
    /// Numbers, texts and lists of numbers in a dictionary and the dictionaries in it; what is something else is left
    /// out.
    fileprivate func settings(_ value: PickleValue) -> [String: WeightSetting] {
        var found: [String: WeightSetting] = [:]
        var seen: Set<Int> = []
        func collect(_ value: PickleValue, _ path: String, _ depth: Int) {
            guard case .dictionary(let index) = value, seen.insert(index).inserted, depth < 4, found.count < 1000,
                let entries = entries(value)
            else { return }
            for (key, value) in entries {
                if let setting = setting(value) { found[path + key] = setting }
                collect(value, path + key + ".", depth + 1)
            }
        }
        collect(value, "", 0)
        return found
    }

    private func setting(_ value: PickleValue) -> WeightSetting? {
        switch value {
        case .none: return WeightSetting.none
        case .boolean(let value): return .boolean(value)
        case .integer(let value): return .number(Double(value))
        case .real(let value): return .number(value)
        case .text(let value): return .text(value)
        case .list, .tuple:
            guard let items = items(value), items.count <= 64 else { return nil }
            let numbers = items.compactMap { item -> Double? in
                switch item {
                case .integer(let value): Double(value)
                case .real(let value): value
                default: nil
                }
            }
            return numbers.count == items.count ? .numbers(numbers) : nil
        default: return nil
        }
    }
}
