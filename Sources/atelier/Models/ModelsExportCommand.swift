import ArgumentParser
import Atelier
import Files
import ImageData
import Layers
import Models

/// `atelier models export`.
struct ModelsExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write a model's weights as a safetensors file with PyTorch's names.",
        discussion: """
            In PyTorch: network.load_state_dict(safetensors.torch.load_file("FILE")).

            StyleGANs can also be written as PyTorch files (.pt), --format: stylegan2-ada and stylegan3 hold the state \
            of the program's own generator as G_ema, rosinality what that program's generate.py takes. NVIDIA's \
            programs pickle their source code along with their networks; such .pkl files are read, not written.

            Examples:
              atelier models export flowers-sketch -o generator.safetensors
              atelier models export RealESRGAN_x4plus.pth -o x4plus.safetensors --precision float16
              atelier models export faces -o faces.pt --format rosinality
              atelier models export zebras --direction BtoA -o horses.safetensors
            """)

    @Argument(help: "A name from “atelier models list”, a model's folder, or a file of weights from elsewhere.")
    var model: String

    @Option(
        name: [.customShort("o"), .customLong("output")],
        help: ArgumentHelp("The file to write.", valueName: "file"))
    var output: String

    @Option(help: ArgumentHelp("The direction of a translator that has both: AtoB or BtoA. [AtoB]", valueName: "way"))
    var direction: PairDirection = .aToB

    @Option(help: "The precision of the numbers: float32, float16 or bfloat16.")
    var precision: Safetensors.Precision = .float32

    @Option(
        help: ArgumentHelp(
            "The form of the file: safetensors, or stylegan2-ada, stylegan3 or rosinality. [safetensors]",
            valueName: "form"))
    var format = "safetensors"

    @Flag(name: .shortAndLong, help: "Print only errors.")
    var quiet = false

    func run() throws {
        let model = try ModelStore.searched.requested(self.model, direction: direction)
        model.warnOfNonFiniteWeights()
        let count =
            format == "safetensors"
            ? try model.export(to: output, precision: precision) : try written(model)
        if !quiet { print("\(output): \(counted(count, "tensor"))") }
    }
}

extension ModelsExportCommand {
    private func written(_ model: Model) throws -> Int {
        guard precision == .float32 else {
            throw UsageError("--precision is for safetensors; --format \(format) has 32-bit floats.")
        }
        guard model.exportLayouts.contains(format) else {
            let known = (["safetensors"] + model.exportLayouts).joined(separator: ", ")
            throw UsageError("\(model.name) cannot be written as \(format); it can be as \(known).")
        }
        return try model.export(to: output, asFor: format)
    }
}

extension Safetensors.Precision: ExpressibleByArgument {}
