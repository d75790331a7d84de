import ArgumentParser
import Foundation
import ImageData
import Reporting
import Synchronization
import Training

/// `atelier data`.
struct DataCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "data",
        abstract: "Check images before training on them, and convert them.",
        subcommands: [
            DataCheckCommand.self, DataPairCommand.self, DataSketchCommand.self, DataAugmentCommand.self,
            DataDegradeCommand.self,
        ])
}

/// `atelier data check`.
struct DataCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Describe a dataset, and find broken, duplicate and odd images.",
        discussion: """
            Examples:
              atelier data check flowers/
              atelier data check flowers/ --near-duplicates
              atelier data check /usr/share/datasets/fashion-mnist --json

            What can be read: one folder for each class (flowers/rose/*.jpg), a folder of images, IDX files as of \
            MNIST with or without gzip, and the binary version of CIFAR-10; each also below train/ and test/.
            Exit code 1 means that broken images were found.
            """)

    @Argument(help: "The folder, or one IDX file.")
    var path: String

    @Flag(help: "Also find images that are nearly the same.")
    var nearDuplicates = false

    @Flag(help: "Print the whole report as JSON.")
    var json = false

    @Flag(name: .shortAndLong, help: "Print no progress.")
    var quiet = false

    func run() throws {
        let bar = Mutex<ProgressBar?>(nil)
        let silent = quiet || json
        let report = try DataCheck.run(
            path: path, options: DataCheckOptions(nearDuplicates: nearDuplicates)
        ) { done, total in
            bar.withLock { bar in
                if bar == nil { bar = ProgressBar("looking", total: total, unit: "images", quiet: silent) }
                bar?.update(to: done)
            }
        }
        bar.withLock { $0?.finish() }
        if json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            print(String(decoding: try encoder.encode(report), as: UTF8.self))
        } else {
            print(report.text, terminator: "")
        }
        if !report.isSound { throw ExitCode.failure }
    }
}
