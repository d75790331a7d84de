import Files

/// Reads a pickle without executing it. It supports the instructions that build strings, numbers and containers, and
/// knows the few functions that tensors need by name. Objects of other classes become a name with attributes. It refuses
/// everything else, with its name.
///
/// https://github.com/python/cpython/blob/main/Lib/pickletools.py describes the instructions.
struct PickleReader {
    /// The containers, storages and tensors read so far.
    private(set) var heap = PickleHeap()
    private var input: PickleInput
    private let keepsBytes: Bool
    private let surveys: Bool
    private var stack: [PickleValue] = []
    /// Depths of the stack.
    private var marks: [Int] = []
    private var memo: [UInt64: PickleValue] = [:]
    private var operations = 0
    private let limit: Int
    /// The position of the current instruction.
    private var place: ForeignWeightsError.Place

    /// - Parameters:
    ///   - input: stands at the first instruction.
    ///   - limit: how many instructions are read at most.
    ///   - keepsBytes: whether arrays and storages may lie in the pickle itself.
    ///   - surveys: whether only the names in it are of interest: what would be refused then becomes a value that is not
    ///     needed.
    init(_ input: PickleInput, limit: Int, keepsBytes: Bool = false, surveys: Bool = false) {
        self.input = input
        self.limit = limit
        self.keepsBytes = keepsBytes
        self.surveys = surveys
        place = input.place
    }

    /// The offset just after the pickle.
    var end: Int { input.position }

    /// Reads up to the end of the pickle.
    ///
    /// - Throws: ``ForeignWeightsError/Cause``.
    mutating func read() throws -> PickleValue {
        while true {
            place = input.place
            operations += 1
            guard operations <= limit else {
                throw ForeignWeightsError.Cause.tooLarge("its pickle has more than \(limit) instructions (\(place))")
            }
            let code = try input.takeByte()
            guard let instruction = PickleInstruction(rawValue: code) else {
                throw try refusal(of: code)
            }
            if instruction == .stop {
                let value = try pop()
                guard stack.isEmpty, marks.isEmpty else { throw malformed("values are left at the pickle's end") }
                if !surveys, let name = heap.refusedName(of: value) { throw name.refusal }
                return value
            }
            try perform(instruction)
        }
    }

    private mutating func refusal(of code: UInt8) throws -> ForeignWeightsError.Cause {
        if let unusual = heap.names.first(where: { $0.use == .unusual }) { return unusual.refusal }
        var what = "uses the pickle instruction \(PickleInstruction.refused[code] ?? "0x" + String(code, radix: 16))"
        if code == PickleInstruction.instance {
            let (module, name) = (text(try input.takeLine()), text(try input.takeLine()))
            heap.noteCall(of: heap.ask(module: module, name: name, isKnown: false, place))
            what += ", which makes a \(printable(module)).\(printable(name))"
        }
        return .refused(what, place)
    }

    private mutating func perform(_ instruction: PickleInstruction) throws {
        switch instruction {
        case .stop: break
        case .proto:
            let version = try input.takeByte()
            guard version <= 5 else { throw malformed("a pickle of protocol \(version)") }
        case .frame: _ = try input.takeLength(8)
        case .none: stack.append(.none)
        case .newTrue: stack.append(.boolean(true))
        case .newFalse: stack.append(.boolean(false))
        case .binInt: stack.append(.integer(Int(Int32(truncatingIfNeeded: try input.takeUnsigned(4)))))
        case .binInt1: stack.append(.integer(Int(try input.takeUnsigned(1))))
        case .binInt2: stack.append(.integer(Int(try input.takeUnsigned(2))))
        case .long1: try pushLong(count: input.takeLength(1))
        case .long4: try pushLong(count: input.takeLength(4))
        case .binFloat:
            stack.append(.real(Double(bitPattern: try input.takeUnsigned(8).byteSwapped)))
        case .shortBinString, .shortBinUnicode: try pushText(count: input.takeLength(1))
        case .binString, .binUnicode: try pushText(count: input.takeLength(4))
        case .binUnicode8: try pushText(count: input.takeLength(8))
        case .shortBinBytes: try pushBytes(count: input.takeLength(1))
        case .binBytes: try pushBytes(count: input.takeLength(4))
        case .binBytes8, .byteArray8: try pushBytes(count: input.takeLength(8))
        case .mark: marks.append(stack.count)
        case .pop: if marks.last == stack.count { marks.removeLast() } else { _ = try pop() }
        case .popMark: _ = try popToMark()
        case .dup: stack.append(try top())
        case .emptyTuple: stack.append(heap.makeTuple([]))
        case .tuple1: try makeTuple(1)
        case .tuple2: try makeTuple(2)
        case .tuple3: try makeTuple(3)
        case .tuple: stack.append(heap.makeTuple(try popToMark()))
        case .emptyList: makeList([])
        case .list: makeList(try popToMark())
        case .emptyDict: stack.append(heap.makeDictionary())
        case .dict:
            let items = try popToMark()
            stack.append(heap.makeDictionary())
            try set(items)
        case .emptySet: stack.append(.opaque)
        case .addItems:
            _ = try popToMark()
            guard case .opaque = try top() else { throw malformed("values are added to something that is not a set") }
        case .frozenSet:
            _ = try popToMark()
            stack.append(.opaque)
        case .append: try extend([try pop()])
        case .appends: try extend(try popToMark())
        case .setItem:
            let value = try pop()
            try set([try pop(), value])
        case .setItems: try set(try popToMark())
        case .binPut: memo[try input.takeUnsigned(1)] = try top()
        case .longBinPut: memo[try input.takeUnsigned(4)] = try top()
        case .memoize: memo[UInt64(memo.count)] = try top()
        case .binGet: try recall(try input.takeUnsigned(1))
        case .longBinGet: try recall(try input.takeUnsigned(4))
        case .global: try pushGlobal(module: text(try input.takeLine()), name: text(try input.takeLine()))
        case .stackGlobal:
            guard case .text(let name) = try pop(), case .text(let module) = try pop() else {
                throw malformed("a name that is not a string")
            }
            try pushGlobal(module: module, name: name)
        case .reduce, .newObject: try call(makesObject: instruction == .newObject)
        case .build: try build()
        case .binPersid:
            let identifier = try pop()
            guard let storage = heap.storage(identifier) ?? heap.storedClass(identifier) else {
                if surveys { return stack.append(.opaque) }
                throw ForeignWeightsError.Cause.refused(
                    "asks for a stored object that is not a sequence of numbers", place)
            }
            stack.append(storage)
        }
    }

    private mutating func pushGlobal(module: String, name: String) throws {
        let known = PickleCallable(module: module, name: name)
        let index = heap.ask(module: module, name: name, isKnown: known != nil, place)
        stack.append(.callable(known ?? .foreign(index)))
    }

    private mutating func call(makesObject: Bool) throws {
        let arguments = try pop()
        guard case .callable(let callable) = try pop() else {
            if surveys { return stack.append(.opaque) }
            throw ForeignWeightsError.Cause.refused("calls something that is not a function", place)
        }
        guard case .tuple(let index) = arguments else { throw malformed("a call whose arguments do not fit") }
        if case .foreign(let name) = callable {
            return stack.append(try object(of: name, heap.tuples[index], makesObject: makesObject))
        }
        if case .embeddedStorage = callable {
            guard case .bytes(let bytes)? = heap.tuples[index].first, heap.tuples[index].count == 1 else {
                throw malformed("a storage without bytes")
            }
            heap.storages.append(try PickledStorage(embeddedIn: input.source, bytes.range))
            return stack.append(.storage(heap.storages.count - 1))
        }
        guard let value = heap.call(callable, heap.tuples[index]) else {
            if surveys { return stack.append(.opaque) }
            throw malformed("a call whose arguments do not fit")
        }
        // A dictionary made repeatedly from one memoized list would grow faster than the instructions.
        if case .dictionary(let made) = value { operations += heap.dictionaries[made].count }
        stack.append(value)
    }

    /// An object of an unknown class as data. Functions are not called, and classes get no arguments.
    private mutating func object(
        of index: Int, _ arguments: [PickleValue], makesObject: Bool
    ) throws -> PickleValue {
        if makesObject, arguments.isEmpty { return heap.makeObject(heap.names[index].name, isKnown: false) }
        heap.noteCall(of: index)
        guard surveys else { throw heap.names[index].refusal }
        return .opaque
    }

    /// Sets what arrays, kinds of numbers and objects consist of. Attributes of a dictionary are dropped: they hold
    /// PyTorch's layer versions.
    private mutating func build() throws {
        let state = try pop()
        let built = try top()
        switch built {
        case .dictionary, .opaque: break
        case .numberKind, .array, .object:
            guard heap.build(built, state) else { throw malformed("the state of \(built.kind) does not fit it") }
        default:
            if surveys { return }
            throw ForeignWeightsError.Cause.refused("sets attributes of \(built.kind)", place)
        }
    }

    // MARK: Values

    private func malformed(_ reason: String) -> ForeignWeightsError.Cause { .malformed(reason, place) }

    private mutating func pushText(count: Int) throws { stack.append(.text(text(try input.take(count)))) }

    private mutating func pushBytes(count: Int) throws {
        guard keepsBytes else {
            _ = try input.skip(count)
            return stack.append(.opaque)
        }
        let start = input.position
        let short = count <= PickledBytes.most ? Array(try input.take(count)) : nil
        if short == nil { _ = try input.skip(count) }
        stack.append(.bytes(PickledBytes(range: start..<start + count, short: short)))
    }

    private mutating func pushLong(count: Int) throws {
        let bytes = try input.take(count)
        guard count <= 8 else { return stack.append(.opaque) }
        let magnitude = bytes.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        let unused = UInt64(64 - 8 * count)
        stack.append(.integer(count == 0 ? 0 : Int(bitPattern: UInt(magnitude << unused)) >> Int(unused)))
    }

    private func text(_ bytes: some Collection<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }

    // MARK: Stack

    private func top() throws -> PickleValue {
        guard let value = stack.last, stack.count > marks.last ?? 0 else { throw malformed("a value is missing") }
        return value
    }

    private mutating func pop() throws -> PickleValue {
        let value = try top()
        stack.removeLast()
        return value
    }

    private mutating func popToMark() throws -> [PickleValue] {
        guard let mark = marks.popLast() else { throw malformed("a mark is missing") }
        defer { stack.removeSubrange(mark...) }
        return Array(stack[mark...])
    }

    private mutating func makeTuple(_ count: Int) throws {
        var items: [PickleValue] = []
        for _ in 0..<count { items.append(try pop()) }
        stack.append(heap.makeTuple(items.reversed()))
    }

    private mutating func makeList(_ items: [PickleValue]) {
        heap.lists.append(items)
        stack.append(.list(heap.lists.count - 1))
    }

    private mutating func extend(_ items: [PickleValue]) throws {
        let whole = try top()
        if isUnknownObject(whole) { return }
        guard case .list(let index) = whole else {
            throw malformed("values are appended to something that is not a list")
        }
        heap.lists[index] += items
    }

    private mutating func set(_ items: [PickleValue]) throws {
        let whole = try top()
        if isUnknownObject(whole) { return }
        guard case .dictionary(let index) = whole else {
            throw malformed("values are set in something that is not a dictionary")
        }
        guard items.count % 2 == 0 else { throw malformed("a key has no value") }
        for i in stride(from: 0, to: items.count, by: 2) { heap.dictionaries[index].append((items[i], items[i + 1])) }
    }

    /// Whether it is an object of an unknown class, which may be a list or a dictionary of its own. What that holds is not
    /// needed.
    private func isUnknownObject(_ value: PickleValue) -> Bool {
        switch value {
        case .object(let index): !heap.objects[index].isKnown
        case .opaque: surveys
        default: false
        }
    }

    private mutating func recall(_ key: UInt64) throws {
        guard let value = memo[key] else { throw malformed("value \(key) is read before it was stored") }
        stack.append(value)
    }
}
