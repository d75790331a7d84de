import ArgumentParser
import Atelier
import ImageData
import ImageFiles

/// `atelier edit mix`.
struct EditMixCommand: ComputingCommand {
    static let configuration = CommandConfiguration(
        commandName: "mix",
        abstract: "Make images with the coarse styles of some and the fine styles of others.",
        discussion: """
            The sheet has a row for each of the first and a column for each of the second. The layers that --layers \
            names come from the row: the first layers decide pose and shape, the last ones color and detail.
            """)

    @Argument(help: ArgumentHelp("Styles of the rows: 1,2,3 or 7@rose,8@rose.", valueName: "rows"))
    var rows: String

    @Argument(help: ArgumentHelp("Styles of the columns.", valueName: "columns"))
    var columns: String

    @Option(help: ArgumentHelp("The layers that come from the row. [the first half]", valueName: "first-last"))
    var layers: LayerRange?

    @Option(help: ArgumentHelp("The sheet.", valueName: "file"))
    var grid = "mixed.png"

    @OptionGroup var edit: EditOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    func run() throws {
        let editor = try edit.editor()
        let sheet = try asRequest { () -> Image in
            let range = layers?.layers ?? 0...max(editor.layerCount / 2 - 1, 0)
            guard range.upperBound < editor.layerCount else { throw EditError.layers(range, count: editor.layerCount) }
            func styles(_ list: String) throws -> [Style] {
                try list.split(separator: ",").map {
                    try editor.style(named: String($0), truncation: edit.truncation)
                }
            }
            let (down, across) = (try styles(rows), try styles(columns))
            let mixed = down.flatMap { row in across.map { $0.taking(range, from: row) } }
            let images = try editor.images(mixed, provenance: !edit.noProvenance)
            let first = try editor.images(across + down, provenance: false)
            let (width, height) = (first[0].width, first[0].height)
            let blank = Image(
                width: width, height: height, channels: 1, samples8: [UInt8](repeating: 255, count: width * height))
            let lines = down.indices.flatMap { row in
                [first[across.count + row]] + images[row * across.count..<(row + 1) * across.count]
            }
            var sheet = SampleSheet.make(
                images: [blank] + first[0..<across.count] + lines, columns: across.count + 1, labels: [])
            sheet.metadata = images[0].metadata
            return sheet
        }
        try EditedFiles(output: output).write(sheet, to: grid)
    }
}
