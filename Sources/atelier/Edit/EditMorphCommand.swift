import ArgumentParser
import Atelier
import Files
import ImageFiles

/// `atelier edit morph`.
struct EditMorphCommand: ComputingCommand {
    static let configuration = CommandConfiguration(
        commandName: "morph",
        abstract: "Make the images on the way from one style to the next, also between classes.",
        discussion: """
            With classes, the same seed in two classes (7@rose 7@tulip) shows one turning into the other, also with \
            generators that have classes, but no styles.
            """)

    @Argument(help: ArgumentHelp("The styles, at least two: 1 5@rose face.safetensors.", valueName: "style"))
    var styles: [String]

    @Option(help: ArgumentHelp("Images in all. [48]", valueName: "n"))
    var frames = 48

    @Flag(help: "Lead back to the first style, for a loop without a jump.")
    var loop = false

    @Option(name: .shortAndLong, help: ArgumentHelp("The folder of the frames.", valueName: "dir"))
    var out = "frames"

    @OptionGroup var edit: EditOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    func validate() throws {
        if styles.count < 2 { throw ValidationError("A morph needs at least two styles.") }
        if frames < styles.count || frames > 100_000 {
            throw ValidationError("--frames must be from \(styles.count), the number of styles, to 100000.")
        }
    }

    func run() throws {
        let editor = try edit.mixer(output)
        try asRequest { try write(with: editor) }
    }

    private func write(with editor: some PointEditor) throws {
        let way = try points(of: editor)
        let console = WorkConsole(output)
        let digits = max("\(way.count - 1)".count, 4)
        for (index, point) in way.enumerated() {
            let image = try editor.rendered([point], provenance: !edit.noProvenance)[0]
            let number = String(repeating: "0", count: digits - "\(index)".count) + "\(index)"
            try ImageError.ofFiles { try createFolders(out) }
            try image.write(to: joined(out, "frame\(number).png"))
            console.tell(.progress(WorkProgress("generating", index + 1, of: way.count)))
        }
        console.finish()
        EditedFiles(output: output).say("folder", out)
    }

    private func points<Editor: PointEditor>(of editor: Editor) throws -> [Editor.Point] {
        let ends = try styles.map { try editor.point(named: $0, truncation: edit.truncation) }
        return Editor.Point.way(through: ends, frames: frames, isLoop: loop)
    }
}
