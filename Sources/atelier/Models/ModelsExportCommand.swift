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
        abstract: "Write a model's weights as a safetensors file with PyTorch's names, or the model as ONNX.",
        discussion: """
            In PyTorch: network.load_state_dict(safetensors.torch.load_file("FILE")).

            StyleGANs can also be written as PyTorch files (.pt), --format: stylegan2-ada and stylegan3 hold the state \
            of the program's own generator as G_ema, rosinality what that program's generate.py takes. NVIDIA's \
            programs pickle their source code along with their networks; such .pkl files are read, not written.

            --format onnx, or a file that ends in .onnx, writes the network itself as ONNX (operation set 17), for ONNX \
            Runtime, OpenVINO and other programs. Batches of any size fit, and images of any size where the network \
            takes such. Upscalers take and give values from 0 to 1, all others from −1 to 1. The range, the scale, the \
            classes and the license are in the file's metadata.

            Examples:
              atelier models export flowers-sketch -o generator.safetensors
              atelier models export RealESRGAN_x4plus.pth -o x4plus.safetensors --precision float16
              atelier models export faces -o faces.pt --format rosinality
              atelier models export zebras --direction BtoA -o horses.safetensors
              atelier models export photo-x4 -o photo-x4.onnx
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
            "The form of the file: safetensors, onnx, or stylegan2-ada, stylegan3 or rosinality.",
            discussion: "Default: onnx for a file that ends in .onnx, otherwise safetensors.", valueName: "form"))
    var format: String?

    @Option(
        help: ArgumentHelp(
            "ONNX: height and width of images where the network needs them fixed. [256; translators: their own]",
            valueName: "pixels"))
    var size: Int?

    @Flag(name: .shortAndLong, help: "Print only errors.")
    var quiet = false

    func validate() throws {
        if let size, !(1...4096).contains(size) { throw ValidationError("--size must be from 1 to 4096.") }
    }

    func run() throws {
        let model = try ModelStore.searched.requested(self.model, direction: direction)
        model.warnOfNonFiniteWeights()
        let format = format ?? (output.lowercased().hasSuffix(".onnx") ? "onnx" : "safetensors")
        if format == "onnx" { return try writeGraph(model) }
        if size != nil { throw UsageError("--size is for ONNX; \(format) holds only weights.") }
        let count =
            format == "safetensors"
            ? try model.export(to: output, precision: precision) : try written(model, as: format)
        if !quiet { print("\(output): \(counted(count, "tensor"))") }
    }
}

extension ModelsExportCommand {
    private func writeGraph(_ model: Model) throws {
        guard precision == .float32 else {
            throw UsageError("--precision is for safetensors; --format onnx has 32-bit floats.")
        }
        let graph = try model.exportONNX(to: output, side: size)
        guard !quiet else { return }
        print("\(output): \(counted(graph.operations, "operation")), \(counted(graph.tensors, "tensor"))")
        for line in graph.interface { print("  \(line)") }
    }

    private func written(_ model: Model, as format: String) throws -> Int {
        guard precision == .float32 else {
            throw UsageError("--precision is for safetensors; --format \(format) has 32-bit floats.")
        }
        guard model.exportLayouts.contains(format) else {
            let known = (["safetensors", "onnx"] + model.exportLayouts).joined(separator: ", ")
            throw UsageError("\(model.name) cannot be written as \(format); it can be as \(known).")
        }
        return try model.export(to: output, asFor: format)
    }
}

extension Safetensors.Precision: ExpressibleByArgument {}
