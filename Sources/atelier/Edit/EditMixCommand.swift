import ArgumentParser
import Atelier
import ImageData
import ImageFiles

/// `atelier edit mix`.
struct EditMixCommand: ComputingCommand {
    static let configuration = CommandConfiguration(
        commandName: "mix",
        abstract: "Make images with the coarse styles of some and the fine styles of others, or between classes.",
        discussion: """
            The sheet has a row for each of the first and a column for each of the second. The layers that --layers \
            names come from the row: the first layers decide pose and shape, the last ones color and detail. Generators \
            without styles, but with classes, make what lies halfway between both: 1@bag,2@bag 1@sneaker.
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

    func validate() throws {
        for (name, list) in [("rows", rows), ("columns", columns)] where Self.names(list).isEmpty {
            throw ValidationError("<\(name)> needs at least one style, such as 1,2,3.")
        }
    }

    private static func names(_ list: String) -> [String] { list.split(separator: ",").map(String.init) }

    func run() throws {
        let editor = try edit.mixer(output)
        let table: Image = try asRequest { try sheet(with: editor) }
        try EditedFiles(output: output).write(table, to: grid)
    }

    private func sheet(with editor: some PointEditor) throws -> Image {
        let down = try Self.names(rows).map { try editor.point(named: $0, truncation: edit.truncation) }
        let across = try Self.names(columns).map { try editor.point(named: $0, truncation: edit.truncation) }
        let mixed = try down.flatMap { row in
            try across.map { try editor.mixed(row, $0, layers: layers?.layers) }
        }
        let images = try editor.rendered(mixed, provenance: !edit.noProvenance)
        let first = try editor.rendered(across + down, provenance: false)
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
}
