import ArgumentParser
import Atelier
import Reporting

/// `atelier inspect`.
struct InspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Say what images say of their making.",
        discussion: """
            Shows the IPTC's digital source type, what Atelier has written (model, seed, settings, input), the texts of \
            the file, EXIF's most used fields, and whether there is a manifest of C2PA (content credentials), which is not \
            verified. Anybody can write or remove such marks: they prove nothing.

            Examples:
              atelier inspect out/seed0007.png
              atelier inspect photos/*.jpg --json

            Exit codes: 0 all were read, 1 some are no images or cannot be read.
            """)

    @Argument(help: ArgumentHelp("Images of any program.", valueName: "image"))
    var images: [String]

    @Flag(help: "Print a JSON object for each image, one on each line.")
    var json = false

    func run() throws {
        var failed = false
        for (index, path) in images.enumerated() {
            do {
                let report = try ImageInspection(path)
                if json { print(report.jsonLine.text) } else { print((index > 0 ? "\n" : "") + report.text) }
            } catch {
                Console.standardError.line("Error: \(error)")
                failed = true
            }
        }
        if failed { throw ExitCode.failure }
    }
}
