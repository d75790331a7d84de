import ArgumentParser
import Atelier
import Files
import Foundation
import Layers
import Models

/// `atelier models copy`.
struct ModelsCopyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "copy",
        abstract: "Copy a model to give it away: smaller, with a name, a description and a license.",
        discussion: """
            The copy holds what inference needs. With --precision float16, its weights take half of the space; images \
            hardly change.

            Examples:
              atelier models copy run -o Models/roses --precision float16 --license CC-BY-4.0
            """)

    @Argument(help: "A name from “atelier models list”, a model folder, a run, or a file.")
    var model: String

    @Option(
        name: [.customShort("o"), .customLong("output"), .customLong("out")],
        help: ArgumentHelp("The folder to write.", valueName: "dir"))
    var output: String

    @OptionGroup var facts: ModelFactOptions

    @Flag(name: .shortAndLong, help: "Print only errors.")
    var quiet = false

    func run() throws {
        let store = ModelStore.searched
        if !Model.isFile(model) { _ = try store.requestedFolder(model) }
        if FileManager.default.fileExists(atPath: output + "/config.json") {
            throw ValidationError("\(output) already holds a model: choose another folder, or remove that model.")
        }
        try store.copy(
            model, name: facts.name, description: facts.description, license: facts.license,
            precision: facts.precision, to: output)
        if !quiet { print("\(output): a copy of \(model)") }
    }
}

/// What is written in a model folder beside the weights, and how the weights are.
struct ModelFactOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The name of the model.", discussion: "Default: the name of the folder.", valueName: "name"))
    var name: String?

    @Option(help: ArgumentHelp("A short description.", valueName: "words"))
    var description: String?

    @Option(
        name: [.customLong("license"), .customLong("licence")],
        help: ArgumentHelp("The license of the weights.", valueName: "license"))
    var license: String?

    @Option(
        help: ArgumentHelp(
            "The precision of the stored numbers: float32, float16 or bfloat16.",
            discussion: "Default: float16 if that changes none of them, otherwise float32.", valueName: "type"))
    var precision: Safetensors.Precision?
}
