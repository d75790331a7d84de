import ArgumentParser
import Atelier

/// `atelier models inspect`.
struct ModelsInspectCommand: ComputingCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Find out what a file of weights is, and what its network takes.",
        discussion: """
            Reads any file of weights (.pth, .pt, .pkl, .ckpt, .safetensors, ncnn's .param or .bin), a model's folder or \
            a run's. Nothing in a file is executed. Says what the network is, how large and how precise its weights are, \
            which of them are not finite, how many multiplications with additions (MAC) a megapixel takes, about how \
            long that is here and how much memory it needs, whether tiles are exact, what the license says, and what \
            Python's pickle in the file asks for.

            Examples:
              atelier models inspect 4x-scans.pth
              atelier models inspect photo-x4 --json

            Exit codes: 0 commands can use it, 1 they cannot, and the report says why.
            """)

    @Argument(help: "A file of weights, a folder, or a name from “atelier models list”.")
    var model: String

    @Flag(help: "Do not run the network on a small image to find out how long it takes.")
    var noTime = false

    @OptionGroup(title: "Output") var output: OutputOptions

    func run() throws {
        let store = ModelStore.searched
        let report = try store.asked { try ModelInspection(of: model, in: store, measuresTime: !noTime) }
        if output.json {
            print(report.jsonLine.text)
        } else if !output.quiet {
            print(report.lines.joined(separator: "\n"))
        }
        guard report.problem == nil else { throw ExitCode.failure }
    }
}
