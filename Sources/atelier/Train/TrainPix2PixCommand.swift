import ArgumentParser
import Foundation
import ImageData
import Pix2Pix
import Reporting
import Training

/// `atelier train pix2pix`.
struct TrainPix2PixCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pix2pix",
        abstract: "Train a translator of pictures on pairs: sketch to photo, labels to street, day to night.",
        discussion: """
            Pairs lie side by side in one picture (A left, B right), in twin folders, or are photos whose sketches are \
            drawn while training.

            Examples:
              atelier train pix2pix --data facades/ --direction BtoA --out run
              atelier train pix2pix --data pairs/ --net-g unet_128 --crop-size 128 --out run
              atelier train pix2pix --data photos/ --sketch lines --sketch ink --jitter 1 --out run
              atelier train pix2pix --out run --resume
            """)

    @OptionGroup(title: "Pairs") var pairs: PairOptions
    @OptionGroup(title: "Run") var runOptions: RunOptions
    @OptionGroup(title: "Networks and training") var training: TranslationOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    func run() throws {
        output.apply(usualKernels: .measured)
        let recorded = runOptions.resume
            ? try RunRecord<PairPlan<Pix2PixConfiguration>>(reading: runOptions.folder) : nil
        if !runOptions.resume { try runOptions.refuseExisting() }
        let choice = try recorded.map { pairs.changed($0.configuration.data) } ?? pairs.choice()
        let dataset = try choice.open()
        var model = try recorded?.configuration.model ?? fresh(dataset)
        model.training.precision = training.precision.chosen ?? model.training.precision
        let plan = PairPlan(
            name: runOptions.name ?? recorded?.configuration.name ?? runOptions.modelName, data: choice, model: model)

        let settings = model.training
        func loader(_ dataset: any PairDataset) -> PairLoader {
            PairLoader(
                dataset, frame: model.frame, batch: settings.batchSize, recipe: model.sketches ?? SketchRecipe(),
                seed: settings.seed)
        }
        let loader = loader(dataset)
        let task = Pix2PixTask(
            model, batch: { try loader.batch(at: $0) }, preview: try shown(choice, loader: loader), name: plan.name,
            provenance: [
                "software": Software.description, "data": URL(fileURLWithPath: dataset.path).lastPathComponent,
                "pairs": "\(dataset.count)", "steps": "\(settings.steps)", "seed": "\(settings.seed)",
            ])
        if !output.quiet, !output.json {
            Console.standardError.line(dataset.summary)
            for note in dataset.notes.prefix(20) { Console.standardError.line("Note: \(note)") }
            if dataset.notes.count > 20 { Console.standardError.line("… and \(dataset.notes.count - 20) more.") }
        }
        let fresh = TrainingOptions(steps: settings.steps, sampleEvery: 500, checkpointEvery: 2000, evaluateEvery: 2000)
        let options = runOptions.options(
            steps: settings.steps, recorded: recorded?.options, fresh: fresh, output: output)
        let trainer = Trainer(
            task, configuration: plan, options: options, folder: runOptions.folder,
            adjustable: ["model.training.precision", "data.path", "name"],
            resumeCommand: runOptions.resumeCommand("pix2pix"))
        try TrainingEnd.report(
            trainer.run(resuming: runOptions.resume), run: runOptions, kind: "pix2pix", output: output)
        for warning in loader.warnings { Console.standardError.line("Warning: \(warning)") }
    }

    private func fresh(_ dataset: any PairDataset) throws -> Pix2PixConfiguration {
        var model = Pix2PixConfiguration()
        model.frame = pairs.frame(dataset)
        try model.frame.check()
        model.sketches = pairs.sketches
        model.generator.inputChannels = model.frame.inputChannels
        model.generator.outputChannels = model.frame.targetChannels
        model.generator.depth = min(max(Int(log2(Double(model.frame.cropSize))), 2), 8)
        let stepsPerEpoch = max(dataset.count / (training.batchSize ?? model.training.batchSize), 1)
        (model.training.steps, model.training.decayStart) = (200 * stepsPerEpoch, 100 * stepsPerEpoch)
        training.apply(to: &model, stepsPerEpoch: stepsPerEpoch)
        let multiple = model.generator.multiple
        guard model.frame.cropSize % multiple == 0 else {
            throw UsageError(
                "\(model.generator.name) takes pictures whose sides are multiples of \(multiple): "
                    + "--crop-size \(max(model.frame.cropSize / multiple, 1) * multiple), or another --net-g.")
        }
        return model
    }

    /// A few pairs, spread over those kept apart, whose translations are shown.
    private func shown(_ choice: PairChoice, loader: PairLoader) throws -> [PairBatch] {
        let held = PairLoader(
            try choice.openForShowing(), frame: loader.frame, batch: 1,
            recipe: pairs.sketches ?? SketchRecipe(), seed: 0)
        let count = min(held.dataset.count, 8)
        return (0..<count).compactMap { try? held.pair($0 * held.dataset.count / count) }
    }
}

/// What decides the weights of a translator, as its run's `config.json` records it.
struct PairPlan<Model: Codable>: Codable {
    var name: String
    var data: PairChoice
    var model: Model
}
