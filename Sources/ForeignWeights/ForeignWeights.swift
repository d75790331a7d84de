import Files
import Foundation
import Layers
import TensorCore

/// The tensors of a file that another program wrote: PyTorch's `.pth` and `.pt`, StyleGAN's `.pkl`, safetensors, ONNX,
/// or ncnn's `.param` with `.bin`. The content decides which it is. Nothing in a file is ever executed.
///
///     let weights = try ForeignWeights(path: "RealESRGAN_x4plus.pth").tensors
package struct ForeignWeights: Sendable {
    /// The format of a file.
    package enum Format: String, Sendable, Hashable {
        case pytorch = "PyTorch"
        /// Written before 2020, or with `_use_new_zipfile_serialization=False`.
        case legacyPyTorch = "PyTorch (old format)"
        /// What Python's own `pickle` wrote: networks of StyleGAN's programs, or a dictionary of arrays or tensors.
        case pickle = "Python pickle"
        /// A program of PyTorch with its weights; only these are read.
        case torchScript = "TorchScript"
        case safetensors
        case ncnn
        case onnx = "ONNX"
    }

    /// The file; for ncnn, the graph.
    package let path: String
    package let format: Format
    /// The tensors of the part that the file is most likely for, by their names without the prefixes of training
    /// programs; for ncnn, all of them, by the names of layers.
    package let tensors: [String: Tensor]
    /// The parts that may be networks, in order of preference: moving averages first, then what lies under `params`,
    /// `model_state_dict`, `state_dict`, `model` and `net`, then the others. Empty for ncnn.
    package let parts: [WeightPart]
    /// What its pickle asks for, in the order of the file; empty for a file without a pickle.
    package let pickledNames: [PickledName]
    /// The class of a network that was saved whole; nil for tensors alone.
    package let className: String?
    /// Texts that a safetensors file has beside its tensors, by name.
    package let metadata: [String: String]
    /// How many numbers of each type the tensors consist of in the file.
    package let numberTypes: [NumberType: Int]
    private let read: @Sendable ([(name: String, place: Int)]) throws -> [String: Tensor]
    private let ncnn: NcnnModel?
    private let onnx: ONNXFile?

    /// Reads a file. For ncnn, the path may name either file, with the other beside it.
    ///
    /// - Throws: ``ForeignWeightsError``; a damaged or hostile file causes nothing worse.
    package init(path: String, limits: ForeignWeightsLimits = .init()) throws(ForeignWeightsError) {
        do {
            try self.init(path, ByteSource(path: path), limits)
        } catch {
            throw ForeignWeightsError(error, path: path)
        }
    }

    /// Reads the bytes of a PyTorch or safetensors file; errors contain `path`.
    ///
    /// - Throws: ``ForeignWeightsError``.
    package init(
        bytes: [UInt8], path: String, limits: ForeignWeightsLimits = .init()
    ) throws(ForeignWeightsError) {
        do {
            try self.init(path, ByteSource(bytes), limits)
        } catch {
            throw ForeignWeightsError(error, path: path)
        }
    }

    private init(_ path: String, _ source: ByteSource, _ limits: ForeignWeightsLimits) throws {
        let start = try source.bytes(at: 0, upTo: 512)
        if start.starts(with: [0x50, 0x4B, 3, 4]) || start.starts(with: [0x50, 0x4B, 5, 6]) {
            let file = try PyTorchFile(zip: source, limits: limits)
            try self.init(path, file.isScript ? .torchScript : .pytorch, file)
        } else if start.starts(with: LegacyStorages.magic) {
            try self.init(path, .legacyPyTorch, PyTorchFile(legacy: source, limits: limits))
        } else if start.count > 1, start[0] == 0x80, (2...5).contains(start[1]) {
            try self.init(path, .pickle, PyTorchFile(pickle: source, limits: limits))
        } else if start.count > 8, start[8] == UInt8(ascii: "{"), start[4..<8].allSatisfy({ $0 == 0 }) {
            try self.init(safetensors: source, path, limits)
        } else if start.starts(with: Array(NcnnGraph.magic.utf8)) {
            try self.init(path, ncnn: NcnnModel(param: source, bin: Self.sibling(of: path, "bin"), limits: limits))
        } else if start.startsONNX {
            try self.init(path, onnx: ONNXFile(source, limits: limits))
        } else if path.hasSuffix(".bin"), let param = try? Self.sibling(of: path, "param") {
            try self.init(path, ncnn: NcnnModel(param: param, bin: source, limits: limits))
        } else {
            throw ForeignWeightsError.Cause.unknownFormat(FileGuess.words(start))
        }
    }

    private init(_ path: String, _ format: Format, _ file: PyTorchFile) throws {
        let dictionary = try StateDictionary(file.root, in: file.heap)
        let indices = dictionary.tensors.map(\.tensor)
        try self.init(
            path, format, dictionary.groups, names: file.heap.names, className: dictionary.className
        ) { wanted in
            try file.read(wanted.map { ($0.name, indices[$0.place]) })
        }
    }

    private init(
        _ path: String, _ format: Format, _ groups: [WeightGroup], names: [PickledName] = [],
        className: String? = nil, metadata: [String: String] = [:], onnx: ONNXFile? = nil,
        read: @escaping @Sendable ([(name: String, place: Int)]) throws -> [String: Tensor]
    ) throws {
        let parts = WeightParts(groups)
        (self.path, self.format, self.parts, self.read, ncnn) = (path, format, parts.all, read, nil)
        self.onnx = onnx
        (pickledNames, self.className, self.metadata) = (names, className, metadata)
        numberTypes = parts.main.entries.values.reduce(into: [:]) { $0[$1.type, default: 0] += $1.shape.reduce(1, *) }
        tensors = try read(parts.main.entries.map { ($0.key, $0.value.place) })
    }

    /// The license that a safetensors file states beside its tensors; nil if it states none.
    package var statedLicense: String? {
        ["license", "modelspec.license"].lazy.compactMap { metadata[$0] }.first { !$0.isEmpty }
    }

    /// Some tensors of a part, by name.
    ///
    /// - Throws: ``ForeignWeightsError``.
    package func tensors(
        of part: WeightPart, named names: some Sequence<String>
    ) throws(ForeignWeightsError) -> [String: Tensor] {
        do {
            return try read(names.compactMap { name in part.entries[name].map { (name, $0.place) } })
        } catch {
            throw ForeignWeightsError(error, path: path)
        }
    }

    private init(safetensors source: ByteSource, _ path: String, _ limits: ForeignWeightsLimits) throws {
        guard source.size <= limits.tensorBytes else {
            throw ForeignWeightsError.Cause.tooLarge("it has \(source.size) bytes")
        }
        let (found, types, metadata): ([String: Tensor], [String: NumberType], [String: String])
        do {
            (found, types, metadata) = try source.bytes(at: 0, count: source.size).withUnsafeBytes { bytes in
                let header = try SafetensorsHeader(path: path, size: bytes.count) { Data(bytes[$0]) }
                return (
                    try Safetensors.decode(bytes, path: path).tensors,
                    Dictionary(header.entries.map { ($0.name, $0.type) }, uniquingKeysWith: { first, _ in first }),
                    header.metadata
                )
            }
        } catch let error as SafetensorsError {
            if case .truncated(_, let found) = error.cause {
                throw ForeignWeightsError.Cause.truncated(.init(part: nil, offset: found))
            }
            throw ForeignWeightsError.Cause.malformed("\(error)", .init(part: nil, offset: 0))
        }
        let sorted = found.sorted { $0.key < $1.key }
        guard !sorted.isEmpty else { throw ForeignWeightsError.Cause.noTensors("it is empty") }
        let members = sorted.enumerated().map { place, entry in
            WeightGroup.Member(
                name: entry.key, shape: entry.value.shape.dimensions,
                type: types[entry.key] ?? .float32, place: place)
        }
        let tensors = sorted.map(\.value)
        let group = WeightGroup(keys: [], members: members)
        try self.init(path, .safetensors, [group], metadata: metadata) { wanted in
            Dictionary(wanted.map { ($0.name, tensors[$0.place]) }, uniquingKeysWith: { first, _ in first })
        }
    }

    private init(_ path: String, ncnn: NcnnModel) throws {
        (self.path, format, tensors, parts, self.ncnn) = (path, .ncnn, ncnn.tensors, [], ncnn)
        (pickledNames, className, metadata, numberTypes) = ([], nil, [:], ncnn.numberTypes)
        read = { _ in [:] }
        onnx = nil
    }

    private init(_ path: String, onnx: ONNXFile) throws {
        let weights = try onnx.weights()
        let members = weights.enumerated().map { place, weight in
            WeightGroup.Member(
                name: weight.name, shape: weight.shape, type: weight.constant.numberType ?? .float32, place: place)
        }
        try self.init(path, .onnx, [WeightGroup(keys: [], members: members)], onnx: onnx) { wanted in
            var tensors: [String: Tensor] = [:]
            for (name, place) in wanted { tensors[name] = try weights[place].tensor(in: onnx) }
            return tensors
        }
    }

    /// The steps of an ONNX graph, for weights without the names that they had in PyTorch; nil for other files.
    ///
    /// - Throws: ``ForeignWeightsError/Cause`` for steps that no known network has.
    package func onnxSteps() throws -> NcnnSteps? { try onnx.map { NcnnSteps(try ONNXStepReader($0)) } }

    /// The steps of ncnn's graph, which has no names; nil for other files.
    package func ncnnSteps() throws(ForeignWeightsError.Cause) -> NcnnSteps? {
        guard let ncnn else { return nil }
        return try NcnnSteps(ncnn)
    }

    private static func sibling(of path: String, _ ending: String) throws -> ByteSource {
        let beside = URL(fileURLWithPath: path).deletingPathExtension().appendingPathExtension(ending).path
        do {
            return try ByteSource(path: beside)
        } catch {
            throw ForeignWeightsError(error, path: beside)
        }
    }
}

extension [UInt8] {
    /// Whether an ONNX file may begin so: with the number of the format, then another of the first fields.
    fileprivate var startsONNX: Bool {
        count > 3 && self[0] == 0x08 && (1...64).contains(self[1])
            && [0x12, 0x1A, 0x22, 0x28, 0x32, 0x3A, 0x42, 0x72].contains(self[2])
    }
}
