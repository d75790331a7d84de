import Files

/// A value in a pickle, as far as dictionaries of tensors need it. Containers are indices into a ``PickleHeap``: cycles
/// leak nothing, and deep values are released without recursion.
enum PickleValue {
    case none
    case boolean(Bool)
    case integer(Int)
    case real(Double)
    case text(String)
    /// Bytes in the file, which are read when they are needed.
    case bytes(PickledBytes)
    /// A harmless value that is not needed: sets, huge integers, devices.
    case opaque
    case list(Int)
    case tuple(Int)
    case dictionary(Int)
    case callable(PickleCallable)
    case storage(Int)
    case tensor(Int)
    /// NumPy's description of a kind of number.
    case numberKind(Int)
    /// A NumPy array, which gets its contents after it was made.
    case array(Int)
    /// An object of a known class, as its name and its attributes.
    case object(Int)

    /// Its kind, for messages.
    var kind: String {
        switch self {
        case .none: "None"
        case .boolean: "a boolean"
        case .integer, .real: "a number"
        case .text: "a text"
        case .bytes: "bytes"
        case .opaque: "a value"
        case .list: "a list"
        case .tuple: "a tuple"
        case .dictionary: "a dictionary"
        case .callable: "a function"
        case .storage: "a storage"
        case .tensor: "a tensor"
        case .numberKind: "a kind of number"
        case .array: "an array"
        case .object: "an object"
        }
    }
}

/// Bytes in a pickle.
struct PickledBytes {
    /// Where they lie in the source.
    let range: Range<Int>
    /// The bytes themselves if they are few, as those of a number are.
    let short: [UInt8]?

    /// How many bytes are kept.
    static let most = 16
}

/// A sequence of numbers in a file, as a pickle refers to it.
struct PickledStorage {
    /// The archive's entry below `data/`, or the key of the old format; for numbers inside a pickle, their offset.
    var key: String
    var type: NumberType
    /// Numbers in the whole storage with that key.
    let total: Int
    /// Numbers in it; fewer than in the whole if this is a part.
    var count: Int
    /// The index of the first number, if this is a part of the storage with that key.
    var start = 0
    /// Where the numbers lie in the file; nil if they lie outside of the pickle.
    var place: Range<Int>?
    var isLittleEndian = true

    init(key: String, type: NumberType, count: Int) {
        (self.key, self.type, total, self.count) = (key, type, count, count)
    }

    /// Numbers that lie in the pickle itself.
    init(type: NumberType, count: Int, place: Range<Int>, isLittleEndian: Bool) {
        self.init(key: "at \(place.lowerBound)", type: type, count: count)
        (self.place, self.isLittleEndian) = (place, isLittleEndian)
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

/// NumPy's kind of number; nil for what is no number.
struct PickledNumberKind {
    let type: NumberType?
    var isLittleEndian = true
}

/// An object as data: nothing of its class is used but the name.
struct PickledObject {
    /// The name with which the file asks for it.
    let className: String
    /// Whether it is one of the classes whose state is known.
    let isKnown: Bool
    /// Its attributes; none until they are set.
    var state: PickleValue = .none

    /// Whether it belongs to a TorchScript program.
    var isScript: Bool { className.hasPrefix("__torch__.") }
}
