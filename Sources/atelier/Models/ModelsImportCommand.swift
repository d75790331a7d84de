import ArgumentParser
import Atelier
import Files
import Foundation
import Layers
import Models
import Reporting

/// `atelier models import`.
struct ModelsImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Import the file of another program as a model folder.",
        discussion: """
            Reads PyTorch's .pth and .pt (old and new format), StyleGAN's .pkl, .safetensors, .onnx, and ncnn's .param \
            with .bin beside it; nothing in a file is executed. The network and its sizes are recognized by the names \
            and shapes of its tensors. Known networks: \(networks). Whole checkpoints are searched for a network \
            (params_ema, state_dict, generator., module. …); of several that fit, the moving average is taken.

            Examples:
              atelier models import latest_net_G.pth -o Models/facades
              atelier models import RealESRGAN_x4plus.pth -o Models/x4plus --license BSD-3-Clause
              atelier models import 4x-scans.pth -o Models/scans --license CC-BY-NC-SA-4.0 \
                --source https://openmodeldb.info
              atelier models import realesr-animevideov3-x4.param -o Models/anime
              atelier models import stylegan3-t-afhqv2-512x512.pkl -o Models/afhq
            """)

    private static var networks: String {
        let architectures: [Architecture] = .known
        return architectures.filter(\.isRecognized).map(\.id).joined(separator: ", ")
    }

    @Argument(help: "A file of weights.")
    var file: String

    @Option(
        name: [.customShort("o"), .customLong("output")],
        help: ArgumentHelp("The folder to make.", valueName: "folder"))
    var output: String

    @OptionGroup var facts: ModelFactOptions

    @Option(
        help: ArgumentHelp(
            "Where the file comes from, such as the address of its page.",
            discussion: "It is recorded beside the license.", valueName: "text"))
    var source: String?

    @Flag(name: .shortAndLong, help: "Print only errors.")
    var quiet = false

    func validate() throws {
        if output.isEmpty { throw ValidationError("-o needs the name of a folder.") }
    }

    func run() throws {
        for name in ["config.json", "model.safetensors"]
        where FileManager.default.fileExists(atPath: output + "/" + name) {
            throw UsageError("There is a \(name) in \(output) already; choose another folder.")
        }
        let model = try Model(file: file, among: .known)
        model.warnOfNonFiniteWeights()
        let folderName = URL(fileURLWithPath: output).lastPathComponent
        try model.write(
            to: output, name: facts.name ?? folderName, description: facts.description ?? "",
            license: facts.license ?? "", origin: source ?? "", precision: facts.precision)
        guard !quiet else { return }
        let count = model.weights.values.reduce(0) { $0 + $1.count }
        let format = model.fileFormat?.rawValue ?? ""
        print("\(output): \(model.network), \(count) numbers in \(counted(model.weights.count, "tensor")) (\(format))")
        if let source = model.source { print("taken: \(source.choice)") }
        let recorded = facts.license ?? model.license
        if facts.license == nil {
            print(
                recorded.isEmpty
                    ? "license: unknown; record it with --license" : "license: \(recorded); say another with --license")
        }
        if LicenseTerms.forbidCommercialUse(recorded) { print("The license forbids commercial use.") }
    }
}
