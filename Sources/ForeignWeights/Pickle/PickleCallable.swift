import Files

/// The few names that a pickle of tensors may use. None is looked up or called: the reader itself builds what each one
/// stands for.
enum PickleCallable: Equatable {
    /// A dictionary of any class.
    case dictionary
    /// `_rebuild_tensor`, `_rebuild_tensor_v2`: a view of a storage.
    case rebuildTensor
    /// `_rebuild_parameter`, with or without state: its first argument.
    case rebuildParameter
    /// `torch.Size`: its only argument.
    case size
    /// `torch.FloatStorage` and the like.
    case storage(NumberType)
    /// `torch.storage._load_from_bytes`: a storage whose numbers lie in the pickle.
    case embeddedStorage
    /// StyleGAN's `_reconstruct_persistent_obj`: its only argument has the name of a class, its source, which is
    /// dropped, and the attributes of an object.
    case persistentObject
    /// An object that gets its attributes later.
    case object(String)
    /// `numpy.dtype`.
    case numberKind
    /// `numpy.ndarray`, which only the next one takes.
    case arrayClass
    /// NumPy's `_reconstruct`: an empty array.
    case array
    /// NumPy's `_frombuffer`: an array of bytes, a kind of number, a shape and an order.
    case filledArray
    /// NumPy's `scalar`: one number.
    case scalar
    /// A set, kept as the list that it is made from.
    case set
    /// Makes an object that is not needed.
    case opaque
    /// An unknown class or function, by its index among the names of the pickle. Objects of it are kept as data.
    case foreign(Int)

    private static let known: [String: PickleCallable] = [
        "collections.OrderedDict": .dictionary,
        "dnnlib.util.EasyDict": .dictionary,
        "torch._utils._rebuild_tensor": .rebuildTensor,
        "torch._utils._rebuild_tensor_v2": .rebuildTensor,
        "torch._utils._rebuild_parameter": .rebuildParameter,
        "torch._utils._rebuild_parameter_with_state": .rebuildParameter,
        "torch.Size": .size,
        "torch.DoubleStorage": .storage(.float64),
        "torch.FloatStorage": .storage(.float32),
        "torch.HalfStorage": .storage(.float16),
        "torch.BFloat16Storage": .storage(.bfloat16),
        "torch.LongStorage": .storage(.int64),
        "torch.IntStorage": .storage(.int32),
        "torch.ShortStorage": .storage(.int16),
        "torch.CharStorage": .storage(.int8),
        "torch.ByteStorage": .storage(.uint8),
        "torch.BoolStorage": .storage(.bool),
        "torch.storage._load_from_bytes": .embeddedStorage,
        "torch_utils.persistence._reconstruct_persistent_obj": .persistentObject,
        "dnnlib.tflib.network.Network": .object("dnnlib.tflib.network.Network"),
        "argparse.Namespace": .object("argparse.Namespace"),
        "collections.defaultdict": .dictionary,
        "collections.Counter": .dictionary,
        "functools.partial": .opaque,
        "pathlib.PosixPath": .opaque,
        "pathlib.WindowsPath": .opaque,
        "pathlib.Path": .opaque,
        "datetime.datetime": .opaque,
        "datetime.timedelta": .opaque,
        "torch.device": .opaque,
        "torch.jit._pickle.build_intlist": .opaque,
        "torch.jit._pickle.build_doublelist": .opaque,
        "torch.jit._pickle.build_boollist": .opaque,
        "torch.jit._pickle.build_tensorlist": .opaque,
        "torch.jit._pickle.restore_type_tag": .opaque,
        "builtins.set": .set,
        "__builtin__.set": .set,
        "numpy.dtype": .numberKind,
        "numpy.ndarray": .arrayClass,
        "numpy.core.multiarray._reconstruct": .array,
        "numpy._core.multiarray._reconstruct": .array,
        "numpy.core.numeric._frombuffer": .filledArray,
        "numpy._core.numeric._frombuffer": .filledArray,
        "numpy.core.multiarray.scalar": .scalar,
        "numpy._core.multiarray.scalar": .scalar,
        "_codecs.encode": .opaque,
    ]

    init?(module: String, name: String) {
        guard let known = Self.known[module + "." + name] else { return nil }
        self = known
    }
}

/// Builds the object that a pickle asks for.
extension PickleHeap {
    /// - Returns: nil when the arguments do not fit.
    mutating func call(_ callable: PickleCallable, _ arguments: [PickleValue]) -> PickleValue? {
        switch callable {
        case .dictionary: return dictionary(arguments)
        case .rebuildTensor: return tensor(arguments)
        case .rebuildParameter:
            guard case .tensor? = arguments.first else { return nil }
            return arguments[0]
        case .size:
            guard arguments.count == 1, items(arguments[0]) != nil else { return nil }
            return arguments[0]
        case .storage, .arrayClass, .embeddedStorage, .foreign: return nil
        case .persistentObject: return persistentObject(arguments)
        case .object(let name): return arguments.isEmpty ? makeObject(name) : nil
        case .numberKind: return numberKind(arguments)
        case .array: return array(arguments)
        case .filledArray: return filledArray(arguments)
        case .scalar: return scalar(arguments)
        case .set: return arguments.first.flatMap { items($0) == nil ? nil : $0 } ?? .opaque
        case .opaque: return .opaque
        }
    }

    /// Nothing, the function that makes missing values, or a list of pairs as Python 2 wrote it.
    private mutating func dictionary(_ arguments: [PickleValue]) -> PickleValue? {
        guard let first = arguments.first else { return makeDictionary() }
        guard arguments.count == 1 else { return nil }
        switch first {
        case .callable, .none, .dictionary: return makeDictionary()
        default: break
        }
        guard let pairs = items(first) else { return nil }
        var entries: [(key: PickleValue, value: PickleValue)] = []
        for pair in pairs {
            guard let pair = items(pair), pair.count == 2 else { return nil }
            entries.append((pair[0], pair[1]))
        }
        dictionaries.append(entries)
        return .dictionary(dictionaries.count - 1)
    }

    private mutating func persistentObject(_ arguments: [PickleValue]) -> PickleValue? {
        guard arguments.count == 1, case .text("class")? = entry("type", of: arguments[0]),
            case .text(let name)? = entry("class_name", of: arguments[0]),
            let state = entry("state", of: arguments[0]), case .dictionary = state
        else { return nil }
        return makeObject(name, state: state)
    }

    /// Storage, offset, shape, strides; what follows concerns gradients.
    private mutating func tensor(_ arguments: [PickleValue]) -> PickleValue? {
        guard arguments.count >= 4, case .storage(let storage) = arguments[0],
            case .integer(let offset) = arguments[1], let shape = extents(arguments[2]),
            let strides = extents(arguments[3]), shape.count == strides.count,
            offset >= 0, shape.allSatisfy({ $0 >= 0 }), strides.allSatisfy({ $0 >= 0 })
        else { return nil }
        var (count, span) = (1, 1)
        for (extent, stride) in zip(shape, strides) {
            let product = count.multipliedReportingOverflow(by: max(extent, 1))
            let reach = max(extent - 1, 0).multipliedReportingOverflow(by: stride)
            let sum = span.addingReportingOverflow(reach.partialValue)
            guard !product.overflow, !reach.overflow, !sum.overflow else { return nil }
            (count, span) = (product.partialValue, sum.partialValue)
        }
        let available = storages[storage].count
        let isEmpty = shape.contains(0)
        guard isEmpty || (offset <= available && span <= available - offset) else { return nil }
        // Strides of 0 would create numbers out of nothing.
        guard isEmpty || count <= max(available, 1 << 12) else { return nil }
        tensors.append(PickledTensor(storage: storage, offset: offset, shape: shape, strides: strides))
        return .tensor(tensors.count - 1)
    }

    /// `("storage", type, key, location, count)`, in the old format with `None` or `(key, start, count)` behind.
    mutating func storage(_ identifier: PickleValue) -> PickleValue? {
        guard let items = items(identifier), items.count == 5 || items.count == 6,
            case .text("storage") = items[0], case .callable(.storage(let type)) = items[1],
            case .text(let key) = items[2], case .integer(let count) = items[4],
            count >= 0, count <= Int.max / 8
        else { return nil }
        var storage = PickledStorage(key: key, type: type, count: count)
        if items.count == 6, let view = self.items(items[5]) {
            guard view.count == 3, case .integer(let start) = view[1], case .integer(let part) = view[2],
                start >= 0, part >= 0, start <= count, part <= count - start
            else { return nil }
            (storage.start, storage.count) = (start, part)
        }
        storages.append(storage)
        return .storage(storages.count - 1)
    }
}
