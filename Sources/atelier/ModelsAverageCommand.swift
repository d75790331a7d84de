import ArgumentParser
import Atelier
import Foundation
import Models

/// `atelier models average`.
struct ModelsAverageCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "average",
        abstract: "Make one model of several whose weights are their means.",
        discussion: """
            Runs that went on from one model (--from), with other seeds or settings, average to a model that is usually \
            better than each of them. Models that were trained apart do not.

            Examples:
              atelier models average run1 run2 run3 -o Models/flowers
              atelier train pix2pix --data pairs/ --from Models/flowers --out run4
            """)

    @Argument(help: "Names from “atelier models list”, models' folders or runs; two at least, of one architecture.")
    var models: [String]

    @Option(
        name: [.customShort("o"), .customLong("output"), .customLong("out")],
        help: ArgumentHelp("The folder to write.", valueName: "dir"))
    var output: String

    @Option(help: "What the model is called. Default: the name of its folder.")
    var name: String?

    @Flag(name: .shortAndLong, help: "Say nothing but errors.")
    var quiet = false

    func validate() throws {
        if models.count < 2 { throw ValidationError("Two models at least are needed to average them.") }
    }

    func run() throws {
        let store = ModelStore.searched
        for model in models { _ = try usage { try store.find(model) } }
        let file = output + "/config.json"
        if FileManager.default.fileExists(atPath: file) {
            throw ValidationError("\(output) holds a model already: choose another folder, or remove that one.")
        }
        try store.average(models, name: name, to: output)
        if !quiet { print("\(output): the mean of \(models.joined(separator: ", "))") }
    }
}
