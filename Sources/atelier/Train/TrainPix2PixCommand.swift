import ArgumentParser
import CPUBackend
import Catalog
import Foundation
import ImageData
import Layers
import Models
import Pix2Pix

/// `atelier train pix2pix`.
struct TrainPix2PixCommand: ComputingCommand {
    static let configuration = CommandConfiguration(
        commandName: "pix2pix",
        abstract: "Train a translator of images on pairs: sketch to photo, labels to street, day to night.",
        discussion: """
            Pairs lie side by side in one image (A left, B right), in twin folders, or are photos whose sketches are \
            drawn while training. Without pairs, see “atelier train cyclegan”.

            Examples:
              atelier train pix2pix --data facades/ --direction BtoA --out run
              atelier train pix2pix --data pairs/ --net-g unet_128 --crop-size 128 --out run
              atelier train pix2pix --data photos/ --sketch lines --sketch ink --jitter 1 --out run
              atelier train pix2pix --data pairs/ --from run --crop-size 256 --out larger
              atelier train pix2pix --out run --resume
            """)

    @OptionGroup(title: "Pairs") var pairs: PairOptions

    @Option(
        help: ArgumentHelp(
            "Start from the generator of a model: a name, a folder, or a file of weights from elsewhere. Its network is "
                + "taken over; the discriminator is new.", valueName: "model"))
    var from: String?

    @OptionGroup(title: "Run") var runOptions: RunOptions
    @OptionGroup(title: "Networks and training") var training: TranslationOptions
    @OptionGroup(title: "Losses on pairs") var pairLosses: PairLossOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    var usualKernels: KernelSelection { .measured }

    func validate() throws {
        if from != nil, runOptions.resume {
            throw ValidationError("--from starts a new run; --resume goes on with one: give either.")
        }
    }

    func run() throws {
        let start = try from.map { try StartingModel($0) }
        let training = TranslatorTrainingCommand<Pix2PixConfiguration>(
            run: runOptions, networks: training, output: output, from: start?.path,
            perceptual: pairLosses.perceptual, projected: pairLosses.projected)
        try training.start(
            choosing: pairs.choice, opening: { try $0.open() }, defaults: { try defaults($0, start) },
            adjusting: adjust, count: \.count, preparing: { try prepared($0, $1, start) })
    }

    private func defaults(_ dataset: any PairDataset, _ start: StartingModel?) throws -> Pix2PixConfiguration {
        var model = Pix2PixConfiguration()
        model.frame = try pairs.frame.frame(channels: start?.channels ?? dataset.channels)
        try pairs.refuseUpscaling(dataset, to: model.frame)
        if let start {
            model.generator = start.architecture
        } else {
            model.generator.depth = min(max(Int(log2(Double(model.frame.cropSize))), 2), 8)
        }
        model.generator.inputChannels = model.frame.inputChannels
        model.generator.outputChannels = model.frame.targetChannels
        return model
    }

    private func adjust(_ model: inout Pix2PixConfiguration) {
        pairs.frame.apply(to: &model.frame)
        model.sketches = pairs.sketches ?? model.sketches
        pairLosses.apply(to: &model.training)
    }

    private func prepared(
        _ plan: PairPlan<Pix2PixConfiguration>, _ dataset: any PairDataset, _ start: StartingModel?
    ) throws -> PreparedTraining {
        let model = plan.model
        try start?.check(model.generator)
        func loader(_ dataset: any PairDataset, batch: Int, seed: UInt64) -> PairLoader {
            PairLoader(
                dataset, frame: model.frame, batch: batch, recipe: model.sketches ?? SketchRecipe(), seed: seed)
        }
        let loaded = loader(dataset, batch: model.training.batchSize, seed: model.training.seed)
        func network(_ name: String) throws -> any PerceptualNetwork {
            try usage { try ModelStore.searched.perceptualNetwork(name) }
        }
        // A few pairs, spread over those kept apart, are shown.
        let held = loader(try plan.data.openForShowing(), batch: 1, seed: 0)
        let count = min(held.dataset.count, 8)
        let task = Pix2PixTask(
            model, batch: { try loaded.batch(at: $0) },
            preview: (0..<count).compactMap { try? held.pair($0 * held.dataset.count / count) },
            perceptual: try plan.perceptual.map(network), projection: try plan.projected.map(network), name: plan.name,
            provenance: plan.provenance(images: ["pairs": "\(dataset.count)"]))
        if let source = plan.from, runOptions.folder.checkpointSteps.isEmpty {
            try task.start(from: (start ?? StartingModel(source)).weights)
        }
        return PreparedTraining(
            task: task, summary: dataset.summary, notes: dataset.notes, warnings: { loaded.warnings })
    }
}
