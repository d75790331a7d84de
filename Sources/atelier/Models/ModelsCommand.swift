import ArgumentParser
import Atelier
import Files
import Foundation
import Models
import Reporting
import Training

/// `atelier models`.
struct ModelsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "models",
        abstract: "List, inspect, import, export and average models.",
        discussion: """
            Models are folders of config.json and model.safetensors. They are searched in the folders of \
            $ATELIER_MODELS (separated by colons), in Models/ here and above the program, and in \
            /usr/local/share/atelier/models.

            Examples:
              atelier models list
              atelier models show fashion-cgan
              atelier models inspect RealESRGAN_x4plus.pth
              atelier models import RealESRGAN_x4plus.pth -o Models/x4plus
              atelier models export flowers-sketch -o generator.safetensors
              atelier models copy run -o Models/roses --precision float16
              atelier models average run1 run2 -o Models/better
            """,
        subcommands: [
            ModelsListCommand.self, ModelsShowCommand.self, ModelsInspectCommand.self, ModelsImportCommand.self,
            ModelsExportCommand.self, ModelsCopyCommand.self, ModelsAverageCommand.self,
        ])
}

/// `atelier models list`.
struct ModelsListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List all models.")

    @Flag(help: "Print one JSON object on each line.")
    var json = false

    func run() throws {
        let models = ModelStore.searched.models
        if json {
            for model in models { print(model.jsonLine.text) }
            return
        }
        guard !models.isEmpty else {
            let folders = ModelStore.searched.folders
            print(
                folders.isEmpty ? "There are no models." : "There are no models in \(folders.joined(separator: ", ")).")
            return print("You can always give the path of a folder: atelier generate --model run/model")
        }
        let nameWidth = models.map(\.name.count).max() ?? 0
        let kindWidth = models.map(\.kind.count).max() ?? 0
        for model in models {
            let columns = [
                model.name.padding(toLength: nameWidth, withPad: " ", startingAt: 0),
                model.kind.padding(toLength: kindWidth, withPad: " ", startingAt: 0), model.imageWords,
                model.classNames.isEmpty ? "" : counted(model.classNames.count, "class", "classes"), model.description,
            ]
            print(columns.filter { !$0.isEmpty }.joined(separator: "  "))
        }
    }
}

/// `atelier models show`.
struct ModelsShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Describe a model: its kind, its classes and its origin.")

    @Argument(help: "A name from “atelier models list”, a folder, or a file of weights from elsewhere.")
    var model: String

    @Flag(help: "Print one JSON object.")
    var json = false

    func run() throws {
        if Model.isFile(self.model) { return try show(Model(file: self.model, among: .known)) }
        let model = try ModelStore.searched.requestedFolder(self.model)
        if json { return print(model.jsonLine.text) }
        print("\(model.name): \(model.description.isEmpty ? model.kind : model.description)")
        var facts = [("kind", model.kind), ("format", model.imageWords)]
        if let size = model.latentSize { facts.append(("noise", counted(size, "number"))) }
        facts.append(("weights", String(format: "%.1f MB", Double(model.weightBytes) / 1e6)))
        if !model.license.isEmpty { facts.append(("license", model.license)) }
        facts.append(("folder", model.path))
        facts += model.provenance.sorted { $0.key < $1.key }
        list(facts)
        guard !model.classNames.isEmpty else { return }
        print("  classes")
        for (label, name) in model.classNames.enumerated() { print(String(format: "  %4d  %@", label, name)) }
    }

    /// Describes a file of another program.
    private func show(_ model: Model) {
        let numbers = model.weights.values.reduce(0) { $0 + $1.count }
        if json {
            var line = JSONLine()
            line.add("name", model.name)
            line.add("kind", model.kind)
            line.add("path", model.path)
            line.add("network", "\(model.network)")
            line.add("format", model.fileFormat?.rawValue ?? "")
            line.add("taken", model.source?.description ?? "")
            line.add("numbers", numbers)
            line.add("license", model.license)
            return print(line.text)
        }
        print("\(model.name): \(model.network)")
        let words = "\(numbers) numbers in \(counted(model.weights.count, "tensor"))"
        var facts = [("kind", model.kind), ("weights", words)]
        facts.append(("file", "\(model.path) (\(model.fileFormat?.rawValue ?? ""))"))
        if let source = model.source { facts.append(("taken", source.choice)) }
        if !model.license.isEmpty { facts.append(("license", model.license)) }
        if let tensor = model.nonFiniteTensor { facts.append(("not finite", tensor)) }
        list(facts)
    }

    private func list(_ facts: [(String, String)]) {
        let width = facts.map(\.0.count).max() ?? 0
        for (name, value) in facts {
            print("  \(name.padding(toLength: width, withPad: " ", startingAt: 0))  \(value)")
        }
    }
}

extension ModelFolder {
    /// `28×28 gray`.
    fileprivate var imageWords: String {
        guard let image else { return "any size" }
        return "\(image.contentWidth)×\(image.contentHeight) \(image.channels == 1 ? "gray" : "color")"
    }

    fileprivate var jsonLine: JSONLine {
        var line = JSONLine()
        line.add("name", name)
        line.add("kind", kind)
        line.add("path", path)
        if let image {
            line.add("width", image.contentWidth)
            line.add("height", image.contentHeight)
            line.add("channels", image.channels)
        }
        line.add("classes", classNames)
        line.add("weightBytes", weightBytes)
        line.add("description", description)
        line.add("license", license)
        return line
    }
}
