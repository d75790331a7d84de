/// The containers, storages, tensors and objects of a pickle.
struct PickleHeap {
    var lists: [[PickleValue]] = []
    var tuples: [[PickleValue]] = []
    var dictionaries: [[(key: PickleValue, value: PickleValue)]] = []
    var storages: [PickledStorage] = []
    var tensors: [PickledTensor] = []
    var numberKinds: [PickledNumberKind] = []
    /// The tensors of arrays; nil for those of no numbers, or not yet filled.
    var arrays: [Int?] = []
    var objects: [PickledObject] = []
    /// What the pickle asks for, in the order of the file.
    var names: [PickledName] = []
    var nameIndices: [String: Int] = [:]

    mutating func makeTuple(_ items: [PickleValue]) -> PickleValue {
        tuples.append(items)
        return .tuple(tuples.count - 1)
    }

    mutating func makeDictionary() -> PickleValue {
        dictionaries.append([])
        return .dictionary(dictionaries.count - 1)
    }

    mutating func makeObject(_ className: String, state: PickleValue = .none, isKnown: Bool = true) -> PickleValue {
        objects.append(PickledObject(className: className, isKnown: isKnown, state: state))
        return .object(objects.count - 1)
    }

    /// The tensor that a value is, or the array; nil if it is neither.
    func tensor(_ value: PickleValue) -> Int? {
        switch value {
        case .tensor(let index): index
        case .array(let index): arrays[index]
        default: nil
        }
    }

    /// The items of a list or a tuple.
    func items(_ value: PickleValue) -> [PickleValue]? {
        switch value {
        case .list(let index): lists[index]
        case .tuple(let index): tuples[index]
        default: nil
        }
    }

    /// A tuple or list of integers, as many as a tensor has axes.
    func extents(_ value: PickleValue) -> [Int]? {
        guard let items = items(value), items.count <= 32 else { return nil }
        var result: [Int] = []
        for item in items {
            guard case .integer(let integer) = item else { return nil }
            result.append(integer)
        }
        return result
    }

    /// The entries of a dictionary with string keys; the last one of equal keys.
    func entries(_ value: PickleValue) -> [(key: String, value: PickleValue)]? {
        guard case .dictionary(let index) = value else { return nil }
        var places: [String: Int] = [:]
        var result: [(key: String, value: PickleValue)] = []
        for (key, value) in dictionaries[index] {
            guard case .text(let name) = key else { continue }
            if let place = places[name] {
                result[place].value = value
            } else {
                places[name] = result.count
                result.append((name, value))
            }
        }
        return result
    }

    /// The value of a key in a dictionary.
    func entry(_ key: String, of value: PickleValue) -> PickleValue? {
        entries(value)?.last { $0.key == key }?.value
    }
}
