import Files

/// A value in a pickle, as far as dictionaries of tensors need it. Containers are indices into a ``PickleHeap``: cycles
/// leak nothing, and deep values are released without recursion.
enum PickleValue {
    case none
    case boolean(Bool)
    case integer(Int)
    case real(Double)
    case text(String)
    /// A harmless value that is not needed: bytes, huge integers, NumPy scalars.
    case opaque
    case list(Int)
    case tuple(Int)
    case dictionary(Int)
    case callable(PickleCallable)
    case storage(Int)
    case tensor(Int)

    /// Its kind, for messages.
    var kind: String {
        switch self {
        case .none: "None"
        case .boolean: "a boolean"
        case .integer, .real: "a number"
        case .text: "a text"
        case .opaque: "a value"
        case .list: "a list"
        case .tuple: "a tuple"
        case .dictionary: "a dictionary"
        case .callable: "a function"
        case .storage: "a storage"
        case .tensor: "a tensor"
        }
    }
}

/// A sequence of numbers in a file, as a pickle refers to it.
struct PickledStorage {
    /// The archive's entry below `data/`, or the key of the old format.
    var key: String
    var type: NumberType
    /// Numbers in the whole storage with that key.
    let total: Int
    /// Numbers in it; fewer than in the whole if this is a part.
    var count: Int
    /// The index of the first number, if this is a part of the storage with that key.
    var start = 0

    init(key: String, type: NumberType, count: Int) {
        (self.key, self.type, total, self.count) = (key, type, count, count)
    }
}

/// A tensor as a view of a storage.
struct PickledTensor {
    var storage: Int
    /// The first number, counted in the storage.
    var offset: Int
    var shape: [Int]
    /// In numbers, none negative.
    var strides: [Int]

    var count: Int { shape.reduce(1, *) }
    /// Numbers of the storage from the first to the last that the tensor touches.
    var span: Int { shape.contains(0) ? 0 : 1 + zip(shape, strides).reduce(0) { $0 + ($1.0 - 1) * $1.1 } }
}

/// The containers, storages and tensors of a pickle.
struct PickleHeap {
    var lists: [[PickleValue]] = []
    var tuples: [[PickleValue]] = []
    var dictionaries: [[(key: PickleValue, value: PickleValue)]] = []
    var storages: [PickledStorage] = []
    var tensors: [PickledTensor] = []

    mutating func makeTuple(_ items: [PickleValue]) -> PickleValue {
        tuples.append(items)
        return .tuple(tuples.count - 1)
    }

    mutating func makeDictionary() -> PickleValue {
        dictionaries.append([])
        return .dictionary(dictionaries.count - 1)
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
}
