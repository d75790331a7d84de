import ArgumentParser
import Atelier
import Files
import ImageData
import ImageFiles
import Reporting

/// `atelier edit`.
struct EditCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "edit",
        abstract: "Change what a generator makes: walk from seed to seed; mix, move and find styles.",
        discussion: """
            “edit path” works with every generator. The other commands are for generators of StyleGAN's kind, which make \
            an image from styles, one for each layer. A style is named by a seed (7), a seed and a class (7@rose), or a \
            file that “edit project” or “edit move” wrote. “edit mix” and “edit morph” also mix the classes of every \
            other class-conditional generator.

            Examples:
              atelier edit path -m fashion-cgan --class bag --seeds 3,8,21 --loop --video loop.png
              atelier edit mix -m faces 1,2,3 4,5,6 --grid mixed.png
              atelier edit mix -m fashion-cgan 1@bag,2@bag 1@sneaker,1@dress --grid mixed.png
              atelier edit morph -m flowers 7@rose 7@tulip --frames 48 --loop -o frames/
              atelier edit project photo.jpg -m faces -o found/
              atelier edit directions -m faces --method sefa -o smile.safetensors --grid sheet.png
              atelier edit move -m faces found/photo.safetensors --direction smile.safetensors --number 2
            """,
        subcommands: [
            EditPathCommand.self, EditMixCommand.self, EditMorphCommand.self, EditProjectCommand.self,
            EditDirectionsCommand.self, EditMoveCommand.self,
        ])
}

/// The generator whose styles are edited.
struct EditOptions: ParsableArguments {
    @Option(
        name: [.short, .long, .customLong("network")],
        help: ArgumentHelp("The model: a name, a folder, or a file.", valueName: "model"))
    var model: String

    @Option(
        name: [.long, .customLong("trunc")],
        help: ArgumentHelp(
            "How far styles of seeds lie from the average style: 0.7 for typical images, 1 for variety. [1]",
            valueName: "psi"))
    var truncation = 1.0

    @Flag(help: "Do not record in the images that a model made them.")
    var noProvenance = false

    @OptionGroup var weights: WeightOptions

    func validate() throws {
        if !truncation.isFinite { throw ValidationError("--truncation must be a number.") }
    }

    /// The generator, ready for editing.
    func editor(_ output: OutputOptions) throws -> StyleEditor {
        try asRequest { try StyleEditor(generator(output)) }
    }

    /// The generator, ready for mixing styles, or classes if it has no styles.
    func mixer(_ output: OutputOptions) throws -> any PointEditor {
        let loaded = try generator(output)
        return try asRequest { () -> any PointEditor in
            do { return try StyleEditor(loaded) } catch EditError.noStyles(_) where !loaded.classNames.isEmpty {
                return try ClassMixer(loaded)
            }
        }
    }

    private func generator(_ output: OutputOptions) throws -> Model {
        let loaded = try weights.store.requested(model, for: .generate)
        loaded.tellChoice(output)
        loaded.tellLicense(output)
        return loaded
    }
}

/// Runs a closure; what was asked for and cannot be is wrong usage.
func asRequest<Value>(_ body: () throws -> Value) throws -> Value {
    do { return try body() } catch let error as EditError { throw UsageError("\(error)") }
}

/// A range of layers: `0-3`, or `5`.
struct LayerRange: ExpressibleByArgument {
    let layers: ClosedRange<Int>

    init?(argument: String) {
        let ends = argument.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1], first <= last else {
            return nil
        }
        layers = first...last
    }
}

/// Writes edited images, and says what was written.
struct EditedFiles {
    let output: OutputOptions

    /// One image, exactly as the file is named.
    func write(_ image: Image, to file: String) throws {
        guard ImageFormat(writtenPath: file) != nil else {
            throw UsageError("\(file): the name of an image must end in \(ImageFormat.writtenEndings).")
        }
        try ImageError.ofFiles { try createFolders(split(file).folder) }
        try image.write(to: file)
        say("image", file)
    }

    /// Says that a file was written.
    func say(_ what: String, _ file: String) {
        guard !output.quiet else { return }
        if output.json {
            var line = JSONLine()
            line.add(what, file)
            print(line.text)
        } else {
            print("Wrote \(file).")
        }
    }
}
