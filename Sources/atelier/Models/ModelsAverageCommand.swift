import ArgumentParser
import Atelier
import Foundation
import Models

/// `atelier models average`.
struct ModelsAverageCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "average",
        abstract: "Average the weights of several models.",
        discussion: """
            The average of runs that continued from one model (--from), with other seeds or settings, is usually \
            better than each of them. This does not hold for models that were trained separately.

            Examples:
              atelier models average run1 run2 run3 -o Models/flowers
              atelier train pix2pix --data pairs/ --from Models/flowers --out run4
            """)

    @Argument(
        help: "Names from “atelier models list”, model folders, runs, or files; at least two, of one architecture.")
    var models: [String]

    @Option(
        name: [.customShort("o"), .customLong("output"), .customLong("out")],
        help: ArgumentHelp("The folder to write.", valueName: "dir"))
    var output: String

    @Option(help: "The name of the model. Default: the name of its folder.")
    var name: String?

    @Flag(name: .shortAndLong, help: "Print only errors.")
    var quiet = false

    func validate() throws {
        if models.count < 2 { throw ValidationError("Averaging needs at least two models.") }
    }

    func run() throws {
        let store = ModelStore.searched
        for model in models where !Model.isFile(model) { _ = try store.requestedFolder(model) }
        let file = output + "/config.json"
        if FileManager.default.fileExists(atPath: file) {
            throw ValidationError("\(output) already holds a model: choose another folder, or remove that model.")
        }
        try store.average(models, name: name, to: output)
        if !quiet { print("\(output): the mean of \(models.joined(separator: ", "))") }
    }
}
