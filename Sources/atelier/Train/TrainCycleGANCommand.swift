import ArgumentParser
import CPUBackend
import ImageData
import Pix2Pix

/// `atelier train cyclegan`.
struct TrainCycleGANCommand: ComputingCommand {
    static let configuration = CommandConfiguration(
        commandName: "cyclegan",
        abstract: "Train two translators, there and back, on images of two kinds that are no pairs.",
        discussion: """
            Two folders are enough: trainA/ and trainB/, or A/ and B/, with as many images as there are of each. The \
            model's folder holds the translator from A to B; “--direction BtoA” takes the one back.

            Examples:
              atelier train cyclegan --data horse2zebra/ --out run
              atelier train cyclegan --data seasons/ --crop-size 128 --ngf 32 --out run
              atelier train cyclegan --data seasons/ --from run --crop-size 256 --out larger
              atelier train cyclegan --out run --resume
              atelier translate photos/ -m run -o out/ --direction BtoA
            """)

    @OptionGroup(title: "Images and losses") var images: UnpairedOptions

    @Option(
        help: ArgumentHelp(
            "Start from both generators of a model that was trained so; the discriminators are new.", valueName: "model"))
    var from: String?

    @OptionGroup(title: "Run") var runOptions: RunOptions
    @OptionGroup(title: "Networks and training") var training: TranslationOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    var usualKernels: KernelSelection { .measured }

    func validate() throws {
        if from != nil, runOptions.resume {
            throw ValidationError("--from starts a new run; --resume goes on with one: give either.")
        }
    }

    func run() throws {
        let start = try from.map { try StartingModel($0) }
        let training = TranslatorTrainingCommand<CycleGANConfiguration>(
            run: runOptions, networks: training, output: output, from: start?.path)
        try training.start(
            choosing: { try PairChoice($0, data: images.data, direction: images.direction) },
            opening: { try $0.openUnpaired() }, defaults: { try defaults($0, start) }, adjusting: images.apply, count: \.count,
            preparing: prepared)
    }

    private func defaults(_ sides: UnpairedImages, _ start: StartingModel?) throws -> CycleGANConfiguration {
        var model = CycleGANConfiguration()
        model.frame = try images.frame.frame(channels: start?.channels ?? (sides.channels.a, sides.channels.b))
        // As the paper: fewer blocks for small images.
        model.generator.depth = model.frame.cropSize < 256 ? 6 : 9
        if let start { model.generator = start.architecture }
        model.generator.inputChannels = model.frame.inputChannels
        model.generator.outputChannels = model.frame.targetChannels
        if model.frame.inputChannels != model.frame.targetChannels { model.cycle.identityWeight = 0 }
        return model
    }

    private func prepared(
        _ plan: PairPlan<CycleGANConfiguration>, _ sides: UnpairedImages
    ) throws -> PreparedTraining {
        let (frame, settings) = (plan.model.frame, plan.model.training)
        let loader = UnpairedLoader(sides, frame: frame, batch: settings.batchSize, seed: settings.seed)
        let held = UnpairedLoader(try plan.data.openUnpairedForShowing(), frame: frame, batch: 1, seed: 0)
        let counts = sides.counts
        let task = CycleGANTask(
            plan.model, batch: { try loader.batch(at: $0) },
            preview: (0..<6).compactMap { try? held.images(at: Double($0) / 6) }, name: plan.name,
            provenance: plan.provenance(images: ["images": "\(counts.a) of A, \(counts.b) of B"]))
        if let source = plan.from, runOptions.folder.checkpointSteps.isEmpty {
            let ways = try [PairDirection.aToB, .bToA].map { try StartingModel(source, $0) }
            try ways[0].check(plan.model.generator)
            try task.start(fromAToB: ways[0].weights, bToA: ways[1].weights)
        }
        return PreparedTraining(
            task: task, summary: sides.summary, notes: [], warnings: { loader.warnings })
    }
}
