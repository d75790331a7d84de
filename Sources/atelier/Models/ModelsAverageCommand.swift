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
            With --shares, some count more than others. A negative share goes on in the direction away from a model: \
            1.2,-0.2 of a sharp upscaler and the faithful one that it continued from is sharper still.

            Examples:
              atelier models average run1 run2 run3 -o Models/flowers
              atelier models average photo-x4 photo-x4-pixel --shares 0.7,0.3 -o Models/softer
              atelier train pix2pix --data pairs/ --from Models/flowers --out run4
            """)

    @Argument(
        help: "Names from “atelier models list”, model folders, runs, or files; at least two, of one architecture.")
    var models: [String]

    @Option(
        name: [.customShort("o"), .customLong("output"), .customLong("out")],
        help: ArgumentHelp("The folder to write.", valueName: "dir"))
    var output: String

    @Option(
        help: ArgumentHelp(
            "How much of each model, adding up to 1, such as 0.7,0.3. [equal shares]", valueName: "list"))
    var shares: String?

    @Option(help: "The name of the model. Default: the name of its folder.")
    var name: String?

    @Flag(name: .shortAndLong, help: "Print only errors.")
    var quiet = false

    func validate() throws {
        if models.count < 2 { throw ValidationError("Averaging needs at least two models.") }
        guard let shares else { return }
        guard let numbers = Self.numbers(shares), numbers.count == models.count else {
            throw ValidationError("--shares needs one number for each of the \(models.count) models: 0.7,0.3.")
        }
        let sum = numbers.reduce(0, +)
        if abs(sum - 1) > 1e-3 { throw ValidationError("--shares must add up to 1; these add up to \(sum).") }
    }

    func run() throws {
        let store = ModelStore.searched
        for model in models where !Model.isFile(model) { _ = try store.requestedFolder(model) }
        let file = output + "/config.json"
        if FileManager.default.fileExists(atPath: file) {
            throw ValidationError("\(output) already holds a model: choose another folder, or remove that model.")
        }
        try store.average(models, shares: shares.flatMap(Self.numbers), name: name, to: output)
        if !quiet { print("\(output): the mean of \(models.joined(separator: ", "))") }
    }

    private static func numbers(_ list: String) -> [Float]? {
        let numbers = list.split(separator: ",").map { Float($0.trimmingCharacters(in: .whitespaces)) }
        return numbers.contains { $0?.isFinite != true } ? nil : numbers.compactMap { $0 }
    }
}
