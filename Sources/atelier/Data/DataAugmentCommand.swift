import ArgumentParser
import Atelier
import Files

/// `atelier data augment`.
struct DataAugmentCommand: ComputingCommand {
    static let configuration = CommandConfiguration(
        commandName: "augment",
        abstract: "Write a labeled set of generated images, to train classifiers with.",
        discussion: """
            The set has a folder for each class of the data, with images that the model makes of it:
              augmented/rose/seed0000.png      generated; its text chunks name model, class and seed
              augmented/rose/real0012.jpg      with --with-real: a copy of the 12th real image
              augmented/augmentation.json      the model, the seeds and all counts
            The model must know every class of the data by name; case and punctuation do not matter.

            Examples:
              atelier train cgan --data few-flowers/ --augment color,translation,cutout --out run
              atelier data augment --model run --data few-flowers/ --per-class 200 -o augmented/
              atelier data augment --model run --data few-flowers/ --per-class 200 -o augmented/ --with-real
              atelier train classifier --data augmented/ --out my-classifier

            An interrupted run goes on where it stopped, and a larger --per-class adds images. Whether generated images \
            help is another question: “atelier evaluate run --data few-flowers/ --augmentation” answers it.
            """)

    @Option(
        name: [.short, .long, .customLong("network")],
        help: ArgumentHelp(
            "The class-conditional model: a name from “atelier models list”, a folder, or a run.", valueName: "model"))
    var model: String

    @Option(
        name: [.long, .customLong("dataroot")],
        help: ArgumentHelp(
            "The real images, with one folder for each class, or as in “atelier train”.", valueName: "dir"))
    var data: String

    @Option(help: ArgumentHelp("How many images of each class are generated.", valueName: "n"))
    var perClass: Int

    @Option(
        name: [.customShort("o"), .customLong("output")],
        help: ArgumentHelp("The folder to write to: new, empty, or of an earlier run.", valueName: "dir"))
    var folder: String

    @Flag(help: "Copy the real images into the set, too.")
    var withReal = false

    @Option(help: ArgumentHelp("At most so many real images of each class, spread over it.", valueName: "n"))
    var limitPerClass: Int?

    @Option(help: ArgumentHelp("The first seed; the others follow, the same for every class. [0]", valueName: "n"))
    var seed: UInt64 = 0

    @Option(
        name: [.long, .customLong("trunc")],
        help: ArgumentHelp("Keep the noise within ±t: 0.5 for typical images, no limit for variety.", valueName: "t"))
    var truncation: Double?

    @Option(help: ArgumentHelp("Images computed together; changes speed and memory only. [64]", valueName: "n"))
    var batchSize = 64

    @OptionGroup var weights: WeightOptions
    @OptionGroup var precision: PrecisionOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    func validate() throws {
        for (name, value) in [
            ("per-class", perClass), ("limit-per-class", limitPerClass ?? 1), ("batch-size", batchSize),
        ] {
            if value < 1 { throw ValidationError("--\(name) must be at least 1.") }
            if value > SeedList.limit { throw ValidationError("--\(name) is at most \(SeedList.limit).") }
        }
        if let truncation, !(truncation >= 0) { throw ValidationError("--truncation cannot be negative.") }
    }

    func run() throws {
        let loaded = try weights.store.requested(model, for: .generate)
        loaded.tellChoice(output)
        loaded.tellLicense(output)
        var augmentation = DatasetAugmentation(of: data, with: loaded, to: folder, perClass: perClass)
        augmentation.firstSeed = seed
        augmentation.truncation = truncation
        augmentation.includesReal = withReal
        augmentation.limitPerClass = limitPerClass
        augmentation.batchSize = batchSize
        augmentation.precision = precision.chosen ?? .float32
        let console = WorkConsole(output)
        let summary = try augmentation.run(telling: console.tell)
        console.finish()
        if output.json {
            var line = JSONLine()
            line.add("output", folder)
            line.add("model", loaded.name)
            line.add("generated", summary.generated)
            line.add("real", summary.real)
            line.add("kept", summary.kept)
            line.add("skipped", summary.skipped)
            print(line.text)
        } else if !output.quiet {
            print(words(summary))
        }
        if summary.skipped > 0 { throw ExitCode.failure }
    }

    private func words(_ summary: DatasetAugmentation.Summary) -> String {
        let parts = [
            counted(summary.generated, "generated image"), withReal ? counted(summary.real, "real one") : nil,
            summary.kept > 0 ? "\(summary.kept) were there already" : nil,
            summary.skipped > 0 ? "\(summary.skipped) could not be read" : nil,
        ]
        return parts.compactMap { $0 }.joined(separator: ", ") + " in \(folder)."
    }
}
