import ArgumentParser
import Atelier
import Files
import Foundation
import ImageData
import ImageFiles
import Reporting

/// `atelier edit project`.
struct EditProjectCommand: ComputingCommand {
    static let configuration = CommandConfiguration(
        commandName: "project",
        abstract: "Find the styles whose image is nearest to a real image.",
        discussion: """
            For photo.jpg, the folder gets photo.safetensors, which the other commands take as a style, and photo.png: \
            the image beside the one that was found. Images that the generator was not trained for are found badly.
            """)

    @Argument(help: ArgumentHelp("Real images.", valueName: "image"))
    var images: [String]

    @Option(name: .shortAndLong, help: ArgumentHelp("The folder of the results.", valueName: "dir"))
    var out = "found"

    @Option(help: ArgumentHelp("Updates of the styles. [300]", valueName: "n"))
    var steps = 300

    @Option(help: ArgumentHelp("Adam's learning rate at its height. [0.05]", valueName: "rate"))
    var lr = 0.05

    @Option(help: ArgumentHelp("Weight of the difference of pixels. [0.5]", valueName: "weight"))
    var pixelWeight = 0.5

    @Option(
        help: ArgumentHelp(
            "The network of the perceptual loss: imagenet, a classifier, or PyTorch's weights of VGG. [imagenet]",
            valueName: "model"))
    var perceptual = "imagenet"

    @Option(help: ArgumentHelp("The seed of the noise. [0]", valueName: "n"))
    var seed: UInt64 = 0

    @OptionGroup var edit: EditOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    func validate() throws {
        if !(1...100_000).contains(steps) { throw ValidationError("--steps must be from 1 to 100000.") }
        if !(lr > 0 && lr.isFinite) { throw ValidationError("--lr must be greater than 0.") }
        if !(pixelWeight >= 0 && pixelWeight.isFinite) {
            throw ValidationError("--pixel-weight cannot be negative.")
        }
        let alike = Dictionary(grouping: images, by: Self.name).values.first { $0.count > 1 }
        if let alike {
            throw ValidationError(
                "\(alike.joined(separator: " and ")) would have the same result; give them other names, or project them "
                    + "into different folders.")
        }
    }

    /// What the results of an image are called.
    private static func name(_ path: String) -> String {
        URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
    }

    func run() throws {
        let editor = try edit.editor(output)
        var options = ProjectionOptions()
        (options.steps, options.learningRate, options.pixelWeight, options.seed) = (steps, lr, pixelWeight, seed)
        let network = try edit.weights.store.perceptualNetwork(perceptual)
        let (console, files) = (WorkConsole(output), EditedFiles(output: output))
        var hasFailed = false
        for path in images {
            do {
                let photo = try Image(contentsOf: path)
                let found = try editor.projection(of: photo, in: network, options) { step, loss in
                    console.tell(.progress(WorkProgress("projecting", step, of: steps, unit: "steps")))
                }
                console.finish()
                let name = Self.name(path)
                let made = try editor.images([found.style], provenance: !edit.noProvenance)[0]
                var sheet = SampleSheet.make(images: [found.target, made], columns: 2, labels: [])
                sheet.metadata = made.metadata
                try files.write(sheet, to: joined(out, name + ".png"))
                try found.style.write(to: joined(out, name + ".safetensors"))
                files.say("style", joined(out, name + ".safetensors"))
            } catch let error as ImageError {
                console.finish()
                Console.standardError.line("Error: \(error)")
                hasFailed = true
            }
        }
        if hasFailed { throw ExitCode.failure }
    }
}
