import ArgumentParser
import Atelier
import Files
import ImageFiles

/// `atelier edit move`.
struct EditMoveCommand: ComputingCommand {
    static let configuration = CommandConfiguration(
        commandName: "move", abstract: "Move a style along a direction of “edit directions”.")

    @Argument(help: ArgumentHelp("The style: a seed, a seed and a class, or a file.", valueName: "style"))
    var style: String

    @Option(help: ArgumentHelp("The file of the directions.", valueName: "file"))
    var direction: String

    @Option(help: ArgumentHelp("The number of the direction, from 1. [1]", valueName: "n"))
    var number = 1

    @Option(
        help: ArgumentHelp("How far, in standard deviations; negative moves back. [3]", valueName: "n"))
    var strength = 3.0

    @Option(help: ArgumentHelp("The layers that are moved. [those of the directions]", valueName: "first-last"))
    var layers: LayerRange?

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("The image, or with the ending .safetensors, the style.", valueName: "file"))
    var out = "moved.png"

    @OptionGroup var edit: EditOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    func validate() throws {
        if !strength.isFinite { throw ValidationError("--strength must be a number.") }
    }

    func run() throws {
        let editor = try edit.editor(output)
        let files = EditedFiles(output: output)
        let moved = try asRequest {
            try editor.style(named: style, truncation: edit.truncation).moved(
                along: StyleDirections(contentsOf: direction), number: number, by: strength, layers: layers?.layers)
        }
        guard out.hasSuffix(".safetensors") else {
            return try files.write(editor.images([moved], provenance: !edit.noProvenance)[0], to: out)
        }
        try ImageError.ofFiles { try createFolders(split(out).folder) }
        try moved.write(to: out)
        files.say("style", out)
    }
}
