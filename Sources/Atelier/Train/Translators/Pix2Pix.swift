import Foundation
import ImageData
import Layers
import Models
import Pix2Pix
import TensorCore
import Training

/// Translators of images that learn from pairs (Isola et al. 2017).
public enum Pix2Pix: TrainableFamily {
    /// How a translator is trained. What is nil is as suits the pairs, or as recorded where a run goes on.
    public struct Options: TrainingRequest {
        /// Which image of a pair is the input.
        public var direction: PairDirection?
        /// How pairs lie in the folder; nil finds out.
        public var layout: PairLayout?
        /// How inputs are drawn from photos; nil for complete pairs.
        public var sketches: SketchRecipe?
        /// The random changes of drawings in training; nil for none.
        public var variation: DrawingVariation?
        /// Whether it learns the classes of pairs, which are the folders that they lie in.
        public var learnsClasses = false
        /// How color hints are drawn from targets; nil for a translator that takes none.
        public var hints: HintRecipe?
        /// The number of colors of a palette, which is fitted to the targets; the translator chooses among them instead of
        /// painting levels. Nil for none.
        public var paletteSize: Int?
        /// The form that pairs are brought into.
        public var format = PairFormat()
        /// How long it learns.
        public var course: TranslatorCourse
        /// The model whose generator the training starts from: a name, a folder, or a file of weights from elsewhere. Its
        /// network is taken over; the discriminator is new.
        public var start: String?
        /// What a perceptual loss is taken in: a classifier, or PyTorch's weights of VGG.
        public var perceptual: String?
        /// Such a network in whose features discriminators see images, too, as projected GANs do.
        public var projected: String?
        /// How the run is kept and watched.
        public var run = RunSettings()
        /// Changes any other setting; a run that goes on refuses most changes.
        public var adjust: (inout Pix2PixConfiguration) throws -> Void

        /// As usual.
        public init() { self.init(steps: nil) }

        /// A number of steps, and changes to other settings.
        public init(steps: Int?, adjust: @escaping (inout Pix2PixConfiguration) throws -> Void = { _ in }) {
            course = TranslatorCourse(steps: steps)
            self.adjust = adjust
        }
    }

    /// Trains on pairs: side by side in one image, in twin folders, or photos whose sketches are drawn while training.
    public static func train(
        _ session: TrainingSession, on data: String?, _ options: Options
    ) throws -> TrainingRun {
        let start = try options.start.map { try StartingModel($0, in: session.run.store) }
        if let note = start?.note { session.tell(.note(note)) }
        let training = TranslatorTraining<Pix2PixConfiguration>(
            session: session, course: options.course, from: start?.path, perceptual: options.perceptual,
            projected: options.projected)
        return try training.run(
            choosing: {
                try PairChoice(
                    $0, path: data, direction: options.direction, layout: options.layout,
                    sketched: options.sketches != nil)
            }, opening: { try $0.open() }, recording: { DataRecord($0) },
            defaults: { try defaults($0, options, start) },
            adjusting: { model in
                options.format.apply(to: &model.frame)
                model.sketches = options.sketches ?? model.sketches
                model.variation = options.variation ?? model.variation
                try options.adjust(&model)
            }, count: \.count, preparing: { try prepared($0, $1, start, session) })
    }

    private static func defaults(
        _ dataset: any PairDataset, _ options: Options, _ start: StartingModel?
    ) throws -> Pix2PixConfiguration {
        var model = Pix2PixConfiguration()
        var format = options.format
        if let start, start.isGuided { format.cropSize = format.cropSize ?? 1 << start.architecture.depth }
        model.frame = try format.frame(
            channels: start?.channels(drawings: dataset.channels.input) ?? dataset.channels)
        try options.format.refuseUpscaling(dataset, to: model.frame)
        if let start {
            model.generator = start.architecture
        } else {
            model.generator.depth = min(max(Int(saturating: log2(Double(model.frame.cropSize))), 2), 8)
        }
        model.generator.inputChannels = model.frame.inputChannels
        model.generator.outputChannels = model.frame.targetChannels
        try condition(&model, dataset, options, start)
        return model
    }

    /// What the translator is told beside the drawing: what is asked for, and what the model that it starts from knows.
    private static func condition(
        _ model: inout Pix2PixConfiguration, _ dataset: any PairDataset, _ options: Options, _ start: StartingModel?
    ) throws {
        if options.learnsClasses || start?.architecture.classCount != nil {
            let names = try PairClasses(of: dataset).names
            if let start, !start.classNames.isEmpty, start.classNames != names {
                throw TrainingRequestError.otherClasses(of: start.path, known: start.classNames, found: names)
            }
            (model.classNames, model.generator.classCount) = (names, names.count)
        }
        if options.hints != nil || start?.architecture.colorHints != nil {
            (model.hints, model.generator.colorHints) = (options.hints ?? HintRecipe(), true)
        }
        let known = start?.architecture.palette
        guard let count = options.paletteSize ?? known?.count else { return }
        let loader = PairLoader(dataset, frame: model.frame, batch: 1, seed: 0, cacheBytes: 0)
        var fit = PaletteFit()
        let sampled = min(dataset.count, paletteSamples)
        for number in 0..<sampled {
            // What cannot be read is left out, and named when it is its turn in the training.
            if let target = try? loader.target(number * dataset.count / sampled) { fit.learn(target) }
        }
        let colors = known.map { fit.shares(of: $0.compactMap { PaletteColor($0) }) } ?? fit.palette(count)
        (model.generator.palette, model.paletteShares) = (colors.map(\.color.text), colors.map(\.share))
    }

    /// The most targets that a palette is fitted to.
    private static let paletteSamples = 500

    private static func prepared(
        _ plan: PairPlan<Pix2PixConfiguration>, _ dataset: any PairDataset, _ start: StartingModel?,
        _ session: TrainingSession
    ) throws -> PreparedTraining {
        let model = plan.model
        try start?.check(model.generator)
        func loader(_ dataset: any PairDataset, batch: Int, seed: UInt64, share: Share = .whole) -> PairLoader {
            PairLoader(
                dataset, frame: model.frame, batch: batch, recipe: model.sketches ?? SketchRecipe(),
                conditions: model.conditions, seed: seed, share: share)
        }
        let loaded = loader(
            dataset, batch: model.training.batchSize, seed: model.training.seed, share: session.ranks.share)
        func network(_ name: String) throws -> any PerceptualNetwork {
            try session.run.store.perceptualNetwork(name)
        }
        // Shows a few pairs, spread over the held-out ones.
        let held = loader(try plan.data.openForShowing(), batch: 1, seed: 0)
        let count = min(held.dataset.count, 8)
        let task = Pix2PixTask(
            model, batch: { try loaded.batch(at: $0) }, whole: { try loaded.whole(at: $0) },
            preview: (0..<count).compactMap { try? held.pair($0 * held.dataset.count / count) },
            perceptual: try plan.perceptual.map(network), projection: try plan.projected.map(network), name: plan.name,
            provenance: plan.provenance(images: ["pairs": "\(dataset.count)"]))
        if let source = plan.from, session.isNew {
            let start = try start ?? StartingModel(source, in: session.run.store)
            try task.start(from: start.weights, guiding: start.isGuided)
        }
        return PreparedTraining(
            task: task, summary: dataset.summary, notes: dataset.notes, warnings: { loaded.warnings })
    }
}
