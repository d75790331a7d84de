import ImageData
import Pix2Pix
import Training

/// Pairs of translators, there and back, that learn from images of two kinds that are no pairs (Zhu et al. 2017).
public enum CycleGAN: TrainableFamily {
    /// How two translators are trained. What is nil is as suits the images, or as recorded where a run goes on.
    public struct Options: TrainingRequest {
        /// Which kind of images is called A.
        public var direction: PairDirection?
        /// The form that images are brought into.
        public var format = PairFormat()
        /// How long they learn.
        public var course: TranslatorCourse
        /// The model whose generators the training starts from, both of them; the discriminators are new.
        public var start: String?
        /// How the run is kept and watched.
        public var run = RunSettings()
        /// Changes any other setting; a run that goes on refuses most changes.
        public var adjust: (inout CycleGANConfiguration) throws -> Void

        /// As usual.
        public init() { self.init(steps: nil) }

        /// A number of steps, and changes to other settings.
        public init(steps: Int?, adjust: @escaping (inout CycleGANConfiguration) throws -> Void = { _ in }) {
            course = TranslatorCourse(steps: steps)
            self.adjust = adjust
        }
    }

    /// Trains on two folders of images: trainA/ and trainB/, or A/ and B/.
    public static func train(
        _ session: TrainingSession, on data: String?, _ options: Options
    ) throws -> TrainingRun {
        let start = try options.start.map { try StartingModel($0, in: session.run.store) }
        if let note = start?.note { session.tell(.note(note)) }
        let training = TranslatorTraining<CycleGANConfiguration>(
            session: session, course: options.course, from: start?.path)
        return try training.run(
            choosing: { try PairChoice($0, path: data, direction: options.direction) },
            opening: { try $0.openUnpaired() }, recording: { DataRecord($0) },
            defaults: { try defaults($0, options, start) },
            adjusting: { model in
                options.format.apply(to: &model.frame)
                try options.adjust(&model)
                let (a, b) = (model.frame.inputChannels, model.frame.targetChannels)
                if a != b, model.cycle.identityWeight > 0 {
                    throw TrainingRequestError.identity(channelsOfA: a, channelsOfB: b)
                }
            }, count: \.count, preparing: { try prepared($0, $1, session) })
    }

    private static func defaults(
        _ sides: UnpairedImages, _ options: Options, _ start: StartingModel?
    ) throws -> CycleGANConfiguration {
        var model = CycleGANConfiguration()
        let (a, b) = sides.channels
        model.frame = try options.format.frame(channels: start?.channels(drawings: a) ?? (a, b))
        // As in the paper: fewer blocks for small images.
        model.generator.depth = model.frame.cropSize < 256 ? 6 : 9
        if let start { model.generator = start.architecture }
        model.generator.inputChannels = model.frame.inputChannels
        model.generator.outputChannels = model.frame.targetChannels
        if model.frame.inputChannels != model.frame.targetChannels { model.cycle.identityWeight = 0 }
        return model
    }

    private static func prepared(
        _ plan: PairPlan<CycleGANConfiguration>, _ sides: UnpairedImages, _ session: TrainingSession
    ) throws -> PreparedTraining {
        let (frame, settings) = (plan.model.frame, plan.model.training)
        let loader = UnpairedLoader(
            sides, frame: frame, batch: settings.batchSize, seed: settings.seed,
            share: session.ranks.share)
        let held = UnpairedLoader(try plan.data.openUnpairedForShowing(), frame: frame, batch: 1, seed: 0)
        let counts = sides.counts
        let task = CycleGANTask(
            plan.model, batch: { try loader.batch(at: $0) }, whole: { try loader.whole(at: $0) },
            preview: (0..<6).compactMap { try? held.images(at: Double($0) / 6) }, name: plan.name,
            provenance: plan.provenance(images: ["images": "\(counts.a) of A, \(counts.b) of B"]))
        if let source = plan.from, session.isNew {
            let ways = try [PairDirection.aToB, .bToA].map { try StartingModel(source, $0, in: session.run.store) }
            try ways[0].check(plan.model.generator)
            try task.start(fromAToB: ways[0].weights, bToA: ways[1].weights)
        }
        return PreparedTraining(
            task: task, summary: sides.summary, notes: [], warnings: { loader.warnings })
    }
}
