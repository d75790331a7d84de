@testable import ForeignWeights

// Networks as StyleGAN's programs pickle them, instruction by instruction.

extension Instructions {
    /// Bytes that are part of the pickle.
    mutating func bytes(_ value: [UInt8]) {
        raw([0x42] + Self.little(UInt64(value.count), 4))
        raw(value)
    }

    /// A dictionary whose values are written by closures.
    mutating func dictionary(_ entries: [(String, (inout Instructions) -> Void)]) {
        raw("}(")
        for (key, write) in entries {
            text(key)
            write(&self)
        }
        raw("u")
    }

    /// An object of a persistent class.
    mutating func network(type: String = "class", state: @escaping (inout Instructions) -> Void) {
        global("torch_utils.persistence", "_reconstruct_persistent_obj")
        dictionary([
            ("type", { $0.text(type) }), ("version", { $0.integer(6) }),
            ("module_src", { $0.text("raise SystemExit") }), ("class_name", { $0.text("Generator") }), ("state", state),
        ])
        raw([0x85, 0x52])
    }

    /// An object of a persistent class with these parts.
    mutating func network(
        parameters: [(String, (inout Instructions) -> Void)] = [],
        modules: [(String, (inout Instructions) -> Void)] = []
    ) {
        network { state in
            state.dictionary([
                ("_parameters", { $0.dictionary(parameters) }), ("_buffers", { $0.raw("}") }),
                ("_modules", { $0.dictionary(modules) }),
            ])
        }
    }

    /// A tensor whose storage lies in the pickle.
    mutating func embeddedTensor(storage: [UInt8], offset: Int = 0, shape: [Int], strides: [Int]) {
        global("torch._utils", "_rebuild_tensor_v2")
        raw("(")
        global("torch.storage", "_load_from_bytes")
        bytes(storage)
        raw([0x85, 0x52])
        integer(offset)
        integers(shape)
        integers(strides)
        raw([0x89])
        global("collections", "OrderedDict")
        raw(")RtR")
    }

    /// The bytes of a storage as the old `torch.save` writes it.
    ///
    /// - Parameters:
    ///   - stated: the number of numbers according to the pickle; as many as there are if it is nil.
    ///   - counted: the same according to the header of the numbers.
    static func storage(
        _ numbers: [Float], stated: Int? = nil, counted: Int? = nil, type: String = "FloatStorage"
    ) -> [UInt8] {
        var object = Instructions()
        object.raw("(")
        object.text("storage")
        object.global("torch", type)
        object.text("0")
        object.text("cuda:0")
        object.integer(stated ?? numbers.count)
        object.raw("NtQ.")
        var keys = Instructions()
        keys.raw("]")
        keys.text("0")
        keys.raw("a.")
        return LegacyStorages.magic + [0x80, 2, 0x4D, 0xE9, 3, 0x2E] + [0x80, 2, 0x7D, 0x2E] + object.bytes + keys.bytes
            + little(UInt64(counted ?? numbers.count), 8) + numbers.flatMap { little(UInt64($0.bitPattern), 4) }
    }

    /// A NumPy array.
    mutating func array(_ contents: [UInt8], shape: [Int], kind: String = "f4", order: String = "<") {
        global("numpy.core.multiarray", "_reconstruct")
        raw("(")
        global("numpy", "ndarray")
        integers([0])
        bytes([0x62])
        raw("tR(")
        integer(1)
        integers(shape)
        global("numpy", "dtype")
        raw("(")
        text(kind)
        raw([0x89, 0x88])
        raw("tR(")
        integer(3)
        text(order)
        raw("NNN")
        integer(-1)
        integer(-1)
        integer(0)
        raw("tb")
        raw([0x89])
        bytes(contents)
        raw("tb")
    }

    /// A network of the TensorFlow program.
    mutating func tensorFlowNetwork(_ entries: [(String, (inout Instructions) -> Void)]) {
        global("dnnlib.tflib.network", "Network")
        raw([0x29, 0x81])
        dictionary(entries)
        raw("b")
    }

    /// A pickle of what a closure writes.
    static func pickle(_ write: (inout Instructions) -> Void) -> [UInt8] {
        var instructions = Instructions()
        write(&instructions)
        instructions.raw(".")
        return instructions.bytes
    }

    /// A pickle of a network `G_ema`.
    static func snapshot(_ write: @escaping (inout Instructions) -> Void) -> [UInt8] {
        pickle { $0.dictionary([("G_ema", write)]) }
    }
}
