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

            Examples:
              atelier models export flowers-sketch -o generator.safetensors
              atelier models export RealESRGAN_x4plus.pth -o x4plus.safetensors --precision float16
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

    @Flag(name: .shortAndLong, help: "Print only errors.")
    var quiet = false

    func run() throws {
        let model = try ModelStore.searched.requested(self.model, direction: direction)
        model.warnOfNonFiniteWeights()
        let count = try model.export(to: output, precision: precision)
        if !quiet { print("\(output): \(counted(count, "tensor"))") }
    }
}

extension Safetensors.Precision: ExpressibleByArgument {}
