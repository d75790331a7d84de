import ArgumentParser
import Atelier
import Files
import ImageData
import ImageFiles

/// `atelier edit directions`.
struct EditDirectionsCommand: ComputingCommand {
    static let configuration = CommandConfiguration(
        commandName: "directions",
        abstract: "Find the directions along which a generator's images change most.",
        discussion: """
            sefa takes them from the generator's weights (Shen & Zhou 2021), pca from many styles (Härkönen et al. \
            2020). Look at the sheet, a row for each direction, and name what you see yourself.
            """)

    @Option(help: ArgumentHelp("sefa or pca. [sefa]", valueName: "name"))
    var method = StyleDirections.Method.sefa

    @Option(help: ArgumentHelp("The number of directions. [8]", valueName: "n"))
    var count = 8

    @Option(help: ArgumentHelp("The layers that are moved. [all]", valueName: "first-last"))
    var layers: LayerRange?

    @Option(name: .shortAndLong, help: ArgumentHelp("The file of the directions.", valueName: "file"))
    var out = "directions.safetensors"

    @Option(help: ArgumentHelp("A sheet of all directions.", valueName: "file"))
    var grid: String?

    @Option(name: .customLong("style"), help: ArgumentHelp("The style that the sheet moves. [0]", valueName: "style"))
    var start = "0"

    @Option(help: ArgumentHelp("How far the sheet moves, in standard deviations. [3]", valueName: "n"))
    var strength = 3.0

    @OptionGroup var edit: EditOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    func validate() throws {
        if !(1...512).contains(count) { throw ValidationError("--count must be from 1 to 512.") }
        if !strength.isFinite { throw ValidationError("--strength must be a number.") }
    }

    func run() throws {
        let editor = try edit.editor(output)
        let directions = try asRequest { try editor.directions(method, count: count, layers: layers?.layers) }
        let files = EditedFiles(output: output)
        try ImageError.ofFiles { try createFolders(split(out).folder) }
        try directions.write(to: out)
        files.say("directions", out)
        guard let grid else { return }
        let sheet = try asRequest { () -> Image in
            let style = try editor.style(named: start, truncation: edit.truncation)
            let steps = stride(from: -1.0, through: 1.0, by: 0.5).map { $0 * strength }
            let moved = try (1...directions.count).flatMap { number in
                try steps.map { try style.moved(along: directions, number: number, by: $0) }
            }
            let images = try editor.images(moved, provenance: !edit.noProvenance)
            var sheet = SampleSheet.make(
                images: images, columns: steps.count, labels: (1...directions.count).map { "direction \($0)" })
            sheet.metadata = images[0].metadata
            return sheet
        }
        try files.write(sheet, to: grid)
    }
}

extension StyleDirections.Method: ExpressibleByArgument {}
