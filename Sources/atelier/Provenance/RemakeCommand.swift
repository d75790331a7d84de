import ArgumentParser
import Atelier
import Files
import ImageFiles
import Reporting

/// `atelier remake`.
struct RemakeCommand: ComputingCommand {
    static let configuration = CommandConfiguration(
        commandName: "remake",
        abstract: "Make an image again from what is written in it, and compare.",
        discussion: """
            Reads the recipe of an image that “atelier generate”, “translate” or “upscale” has made: the model with the \
            SHA-256 of its weights, the seed, the settings, and the hash of the image that it was made from. Makes it \
            again, and says whether the pixels are the same to the bit, and what is different here. The pixels of a JPEG \
            are compared after the new image was packed in the same way.

            Examples:
              atelier remake out/seed0007.png
              atelier remake large.png --input photos/ -o again.png
              atelier remake photo.png --model backup/flowers-sketch

            Exit codes: 0 the same to the bit, 2 other pixels, 1 it could not be made, 64 wrong usage.
            """)

    @Argument(help: ArgumentHelp("An image that Atelier has made.", valueName: "image"))
    var image: String

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "A file for the new image; - is standard output. Without it, images are only compared.", valueName: "file"))
    var out: String?

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "The image that it was made from, or the folder of that. Default: where the recipe says, from here or from "
                + "the folder of the image.", valueName: "image"))
    var input: String?

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "The model, where the recipe's is not found by its name; as often as the image has models.",
            valueName: "model"))
    var model: [String] = []

    @OptionGroup var weights: WeightOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    func validate() throws {
        guard let out, out != "-" else { return }
        if ImageFormat(writtenPath: out) == nil {
            throw ValidationError("-o must end in .png, .jpg, .webp or .tif.")
        }
    }

    func run() throws {
        let isStream = out == "-"
        if isStream { try StandardOutput.check() }
        let outcome = try made()
        if let out {
            let format = ImageFormat(writtenPath: out) ?? outcome.encoding.format
            let options = format == outcome.encoding.format ? outcome.encoding : EncodingOptions(format)
            try outcome.image.write(to: isStream ? StandardStream.output : out, options: options)
        }
        if output.json {
            StandardOutput.line(line(outcome).text, isTaken: isStream)
        } else if !output.quiet {
            for words in outcome.differences { StandardOutput.line("  " + words, isTaken: isStream) }
            let verdict = outcome.isSame ? "the same to the bit" : "not the same"
            StandardOutput.line("\(image): \(verdict)", isTaken: isStream)
        }
        if !outcome.isSame { throw ExitCode(2) }
    }

    private func made() throws -> Remaking.Outcome {
        do {
            var remaking = try Remaking(image)
            remaking.models = model
            remaking.input = input
            remaking.store = weights.store
            remaking.kernels = output.kernels
            return try remaking.run()
        } catch let error as GenerationError {
            throw Failure("\(error)")
        }
    }

    private func line(_ outcome: Remaking.Outcome) -> JSONLine {
        var line = JSONLine()
        line.add("path", image)
        line.add("same", outcome.isSame)
        line.add("differences", outcome.differences)
        if let out { line.add("output", out) }
        return line
    }
}
