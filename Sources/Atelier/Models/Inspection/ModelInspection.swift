import Files
import ForeignWeights
import Foundation
import Memory
import Models
import TensorCore

/// What a model's file or folder holds, and what its network takes here. Nothing in a file is executed.
///
///     let report = try ModelInspection(of: "RealESRGAN_x4plus.pth")
///     print(report.network?.description ?? report.problem ?? "")
public struct ModelInspection: Sendable {
    /// The file or the folder.
    public let path: String
    /// `PyTorch`, `safetensors`, `ncnn`, `model folder` and so on; `unknown` for what no reader knows.
    public let format: String
    /// The size of the file, or of the folder's weights.
    public let byteCount: Int
    /// Why no command can use it, and what to do; nil if commands can.
    public let problem: String?
    /// The network; nil if none is recognized.
    public let network: InspectedNetwork?
    /// The tensors; nil if they cannot be read.
    public let weights: InspectedWeights?
    /// The license of the weights; empty if unknown.
    public let license: String
    /// Where the weights come from; empty if unknown.
    public let source: String
    /// What its pickle asks for; nil for a file without a pickle.
    public let pickle: InspectedPickle?

    /// Whether the license forbids commercial use.
    public var forbidsCommercialUse: Bool { LicenseTerms.forbidCommercialUse(license) }

    /// Inspects a model.
    ///
    /// - Parameters:
    ///   - nameOrPath: a file of weights, a model folder, a run, or the name of a model.
    ///   - store: where models are looked for.
    ///   - measuresTime: whether the network runs on a small image to find out how long it takes.
    /// - Throws: `ModelError` if there is nothing of that name, `OutOfMemory`. A file that cannot be read is a
    ///   ``problem``.
    public init(of nameOrPath: String, in store: ModelStore = ModelStore(), measuresTime: Bool = true) throws {
        self = try MemoryJob.run {
            Model.isFile(nameOrPath)
                ? ModelInspection(file: nameOrPath, store, measuresTime)
                : try ModelInspection(store.find(nameOrPath), measuresTime)
        }
    }

    private init(file: String, _ store: ModelStore, _ measuresTime: Bool) {
        path = file
        byteCount = Self.size(of: file)
        var (found, model, problem): (ForeignWeights?, Model?, String?)
        do {
            let weights = try ForeignWeights(path: file)
            found = weights
            model = try Model(weights, among: store.architectures)
        } catch {
            problem = "\(error)"
        }
        let survey = found == nil ? (try? PickleSurvey(path: file)) ?? nil : nil
        format = found?.format.rawValue ?? (survey == nil ? "unknown" : ForeignWeights.Format.pickle.rawValue)
        pickle = found.map { InspectedPickle($0) } ?? survey.map { InspectedPickle($0) }
        weights = found.map { InspectedWeights(model?.weights ?? $0.tensors, types: $0.numberTypes) }
        license = model?.license ?? found?.statedLicense ?? ""
        source = found?.metadata[ModelManifest.originKey] ?? ""
        network = model.map { InspectedNetwork($0, measuresTime: measuresTime) }
        self.problem = problem ?? Self.problem(of: weights) ?? network?.problem
    }

    private init(_ folder: ModelFolder, _ measuresTime: Bool) {
        path = folder.path
        byteCount = folder.weightBytes
        (format, pickle) = ("model folder", nil)
        (license, source) = (folder.license, folder.provenance[ModelManifest.originKey] ?? "")
        var (model, problem, types): (Model?, String?, [NumberType: Int]) = (nil, nil, [:])
        do {
            model = try Model(folder)
            types = try ForeignWeights(path: folder.path + "/" + ModelManifest.weightsFile).numberTypes
        } catch { problem = "\(error)" }
        weights = model.map { InspectedWeights($0.weights, types: types) }
        network = model.map { InspectedNetwork($0, measuresTime: measuresTime) }
        self.problem = problem ?? Self.problem(of: weights) ?? network?.problem
    }

    private static func problem(of weights: InspectedWeights?) -> String? {
        guard let weights, let first = weights.nonFinite.first else { return nil }
        let more = weights.nonFinite.count > 1 ? " and \(weights.nonFinite.count - 1) more" : ""
        return "its tensor \(first)\(more) holds numbers that are not finite (NaN or infinity), because the file is "
            + "damaged or its training diverged; take another file, or use it as it is with --allow-nonfinite"
    }

    private static func size(of file: String) -> Int {
        (try? FileManager.default.attributesOfItem(atPath: file))?[.size] as? Int ?? 0
    }
}

/// The tensors of a network, or of a file without a known one.
public struct InspectedWeights: Sendable {
    /// How many tensors there are.
    public let tensorCount: Int
    /// How many numbers they have.
    public let numberCount: Int
    /// How many numbers of each type the file has, the most frequent first: `F32`, `F16`, `BF16` and so on.
    public let types: [(name: String, count: Int)]
    /// The names of tensors that hold NaN or infinity, in alphabetical order.
    public let nonFinite: [String]

    init(_ tensors: [String: Tensor], types: [NumberType: Int]) {
        tensorCount = tensors.count
        numberCount = tensors.values.reduce(0) { $0 + $1.count }
        self.types = types.map { ($0.key.rawValue, $0.value) }.sorted { ($1.count, $0.name) < ($0.count, $1.name) }
        nonFinite = tensors.filter { !$0.value.isFinite }.keys.sorted()
    }
}

/// What the pickle of a file asks for: names of Python's classes and functions. None is ever looked up.
public struct InspectedPickle: Sendable {
    /// Names that tensors need.
    public let needed: [String]
    /// Names of classes and functions that saved objects belong or refer to.
    public let data: [String]
    /// Names that no network needs: commands, and calls of unknown functions.
    public let unusual: [String]
    /// The class of a network that was saved whole; nil for tensors alone.
    public let className: String?
    /// Where and why reading it stopped; nil if it was read to its end.
    public let end: String?

    /// - Returns: nil for a file without a pickle.
    init?(_ weights: ForeignWeights) {
        if weights.pickledNames.isEmpty { return nil }
        self.init(weights.pickledNames, className: weights.className, end: nil)
    }

    init(_ survey: PickleSurvey) { self.init(survey.names, className: nil, end: survey.end) }

    private init(_ names: [PickledName], className: String?, end: String?) {
        func all(_ use: PickledName.Use) -> [String] { names.filter { $0.use == use }.map { printable($0.name) } }
        (needed, data, unusual) = (all(.tensors), all(.data), all(.unusual))
        (self.className, self.end) = (className.map(printable), end)
    }
}
