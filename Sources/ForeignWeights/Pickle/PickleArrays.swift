import Files

/// NumPy's arrays and numbers, and the attributes of objects, as pickles build them.
extension PickleHeap {
    /// The kinds by their letter and size, as NumPy writes them.
    private static let numberTypes: [String: NumberType] = [
        "f8": .float64, "f4": .float32, "f2": .float16, "i8": .int64, "i4": .int32, "i2": .int16, "i1": .int8,
        "u1": .uint8, "b1": .bool,
    ]

    /// A kind's name; two flags follow.
    mutating func numberKind(_ arguments: [PickleValue]) -> PickleValue? {
        guard case .text(let name)? = arguments.first, arguments.count <= 3 else { return nil }
        let plain = name.drop { "<>=|".contains($0) }
        numberKinds.append(
            PickledNumberKind(type: Self.numberTypes[String(plain)], isLittleEndian: !name.hasPrefix(">")))
        return .numberKind(numberKinds.count - 1)
    }

    /// The class of arrays, a shape of no importance, and a kind.
    mutating func array(_ arguments: [PickleValue]) -> PickleValue? {
        guard arguments.count == 3, case .callable(.arrayClass) = arguments[0] else { return nil }
        arrays.append(nil)
        return .array(arrays.count - 1)
    }

    /// Bytes, a kind of number, a shape and an order.
    mutating func filledArray(_ arguments: [PickleValue]) -> PickleValue? {
        guard arguments.count == 4, case .text(let order) = arguments[3] else { return nil }
        arrays.append(nil)
        let (index, contents) = (arrays.count - 1, arguments[0])
        return fill(index, contents, kind: arguments[1], shape: arguments[2], isFortran: order == "F")
            ? .array(index) : nil
    }

    /// A kind of number and its bytes.
    mutating func scalar(_ arguments: [PickleValue]) -> PickleValue? {
        guard arguments.count == 2, case .numberKind(let index) = arguments[0] else { return nil }
        guard case .bytes(let bytes) = arguments[1], let type = numberKinds[index].type else { return .opaque }
        guard let short = bytes.short, short.count == type.size else { return nil }
        let ordered = numberKinds[index].isLittleEndian ? short.reversed() : short
        let word = ordered.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return switch type {
        case .float64: .real(Double(bitPattern: word))
        case .float32: .real(Double(Float(bitPattern: UInt32(word))))
        case .float16: .real(Double(Float16(bitPattern: UInt16(word))))
        case .bfloat16: .real(Double(Float(bitPattern: UInt32(word) << 16)))
        case .int64: .integer(Int(Int64(bitPattern: word)))
        case .int32: .integer(Int(Int32(bitPattern: UInt32(word))))
        case .int16: .integer(Int(Int16(bitPattern: UInt16(word))))
        case .int8: .integer(Int(Int8(bitPattern: UInt8(word))))
        case .uint8: .integer(Int(word))
        case .bool: .boolean(word != 0)
        }
    }

    /// Gives a value its state.
    ///
    /// - Returns: false when the state does not fit.
    mutating func build(_ value: PickleValue, _ state: PickleValue) -> Bool {
        switch value {
        case .object(let index):
            guard case .none = objects[index].state else { return false }
            guard objects[index].isKnown else {
                objects[index].state = attributes(state)
                return true
            }
            guard case .dictionary = state else { return false }
            objects[index].state = state
            return true
        case .numberKind(let index):
            guard let items = items(state), items.count >= 2, case .text(let order) = items[1],
                ["<", ">", "=", "|"].contains(order)
            else { return false }
            numberKinds[index].isLittleEndian = order != ">"
            return true
        case .array(let index):
            guard let items = items(state), items.count == 5, case .boolean(let isFortran) = items[3] else {
                return false
            }
            return fill(index, items[4], kind: items[2], shape: items[1], isFortran: isFortran)
        default: return false
        }
    }

    /// The attributes in the state of any object: a dictionary, or a pair of one with the values of slots.
    private func attributes(_ state: PickleValue) -> PickleValue {
        if case .tuple(let index) = state, let first = tuples[index].first { return first }
        return state
    }

    /// Makes an array a tensor. An array of something else than numbers stays empty.
    private mutating func fill(
        _ index: Int, _ contents: PickleValue, kind: PickleValue, shape: PickleValue, isFortran: Bool
    ) -> Bool {
        guard arrays[index] == nil, case .numberKind(let kind) = kind, let shape = extents(shape),
            shape.allSatisfy({ $0 >= 0 })
        else { return false }
        guard case .bytes(let bytes) = contents, let type = numberKinds[kind].type else { return true }
        var count = 1
        for extent in shape {
            let product = count.multipliedReportingOverflow(by: extent)
            guard !product.overflow else { return false }
            count = product.partialValue
        }
        let size = count.multipliedReportingOverflow(by: type.size)
        guard !size.overflow, size.partialValue == bytes.range.count else { return false }
        storages.append(
            PickledStorage(
                type: type, count: count, place: bytes.range, isLittleEndian: numberKinds[kind].isLittleEndian))
        var strides = [Int](repeating: 1, count: shape.count)
        let order = isFortran ? Array(shape.indices) : Array(shape.indices.reversed())
        for (inner, outer) in zip(order, order.dropFirst()) where count > 0 {
            strides[outer] = strides[inner] * shape[inner]
        }
        tensors.append(PickledTensor(storage: storages.count - 1, offset: 0, shape: shape, strides: strides))
        arrays[index] = tensors.count - 1
        return true
    }
}
