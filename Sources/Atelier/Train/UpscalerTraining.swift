import Evaluation
import Features
import Files
import Foundation
import ImageData
import Layers
import Models
import SuperResolution
import TensorCore
import Training

/// The settings in a run's `config.json` that determine the weights of an upscaler.
struct UpscalerTrainingPlan: CheckedSettings {
    var name: String
    var data: PhotoChoice
    var perceptual: String?
    /// The model from whose weights the training started.
    var start: String?
    var model: SuperResolutionConfiguration

    func check() throws(ParameterError) {
        try ParameterError.check(in: "model") { () throws(ParameterError) in try model.check() }
    }

    mutating func apply(_ change: RunChange) { model.apply(change) }
}

/// Trains upscalers, from the start or from where they were stopped.
struct UpscalerTraining {
    let session: TrainingSession
    let options: SuperResolution.Options

    /// The default perceptual network, if it can be found.
    private static let usualPerception = ModelStore.imageFeaturesName

    /// - Parameter folders: of photos; nil for those that the run has recorded.
    func run(on folders: [String]?) throws -> TrainingRun {
        let record = try session.recorded(UpscalerTrainingPlan.self)
        let recorded = record?.configuration
        let start = try options.start.map { try startingModel($0) }
        var model = recorded?.model ?? start?.configuration ?? Self.usual
        adjust(&model)
        let settings = model.training ?? UpscalerTrainingSettings()
        try check(model, settings)
        let plan = UpscalerTrainingPlan(
            name: session.name(recorded?.name), data: try choice(folders, recorded?.data),
            perceptual: perceptual(settings.adversarial, recorded), start: start?.name ?? recorded?.start,
            model: model)

        try session.check(plan)
        let multiple = Self.multiples(model, settings).reduce(1, Self.leastCommonMultiple)
        let sets = try photos(plan.data, settings.frame, multiple: multiple)
        let data = DataRecord(sets.training, smallPaths: plan.data.smallPaths, channels: settings.frame.channels)
        try session.check(data, against: record?.data)
        let loader = CropLoader(
            sets.training, frame: settings.frame, batch: settings.batchSize, seed: settings.seed,
            share: session.ranks.share, cacheBytes: options.cacheBytes)
        let task = try task(plan, settings, loader, held: sets.held)
        if let start, !session.resumes { try task.begin(with: start.weights) }
        tell(sets.training, plan, settings, multiple: multiple)
        var adjustable: Set = [
            "data.paths", "data.smallPaths", "data.heldPath", "name", "perceptual", "model.training.precision",
        ]
        if session.folder.checkpointSteps.last ?? 0 <= settings.pixel.steps {
            adjustable.insert("model.training.adversarial")
        }
        return try session.train(
            task, plan: plan, data: data, recorded: record,
            usual: TrainingOptions(
                steps: settings.steps, sampleEvery: 1000, checkpointEvery: 2000,
                evaluateEvery: sets.held == nil ? 0 : 5000),
            adjustable: adjustable, warnings: { loader.warnings })
    }

    private func adjust(_ model: inout SuperResolutionConfiguration) {
        if model.training == nil {
            // A new training: what is usual depends on the network, which the options may choose.
            var chosen = model
            options.adjust(&chosen)
            model.training = UpscalerTrainingSettings(for: chosen.generator)
        }
        options.adjust(&model)
        var settings = model.training ?? UpscalerTrainingSettings()
        settings.frame.scale = model.generator.scale
        settings.frame.channels = model.generator.inputChannels
        settings.pixel.steps = options.steps ?? settings.pixel.steps
        settings.adversarial.steps = options.adversarialSteps ?? settings.adversarial.steps
        if let chosen = session.chosenSteps {
            // Hours are divided among the stages as their steps are.
            let share = Double(settings.pixel.steps) / Double(max(settings.steps, 1))
            settings.pixel.steps = Int((Double(chosen) * share).rounded())
            settings.adversarial.steps = chosen - settings.pixel.steps
        }
        model.training = settings
    }

    /// A recorded choice with what is given now in its place, or a new one.
    private func choice(_ folders: [String]?, _ recorded: PhotoChoice?) throws(TrainingRequestError) -> PhotoChoice {
        guard let paths = folders ?? recorded?.paths else { throw .dataNeeded }
        return PhotoChoice(
            paths: paths,
            smallPaths: options.smallVersions.isEmpty ? recorded?.smallPaths ?? [] : options.smallVersions,
            heldPath: options.heldPhotos ?? recorded?.heldPath)
    }

    private func photos(
        _ choice: PhotoChoice, _ frame: CropFrame, multiple: Int
    ) throws -> (training: PhotoSet, held: PhotoSet?) {
        do { return try choice.open(frame) } catch DatasetError.photosTooSmall(let path, let crop, let shortest, _) {
            throw DatasetError.photosTooSmall(
                path: path, crop: crop, shortest: shortest, fitting: shortest / multiple * multiple)
        }
    }

    private static func leastCommonMultiple(_ a: Int, _ b: Int) -> Int {
        var (x, y) = (a, b)
        while y != 0 { (x, y) = (y, x % y) }
        return a / max(x, 1) * b
    }

    private func tell(
        _ photos: PhotoSet, _ plan: UpscalerTrainingPlan, _ settings: UpscalerTrainingSettings, multiple: Int
    ) {
        session.tell(photos.summary, [], few: FewImages(photos.photos.count))
        if let side = photos.smallestLeftOut, side >= multiple {
            let crop = side / multiple * multiple
            session.tell(.note("some photos are smaller than a crop; with a crop size of \(crop), all would be used"))
        }
        if settings.adversarial.steps > 0, plan.perceptual == nil {
            session.tell(.note(SuperResolution.noPerceptualLoss))
        }
        for note in photos.notes.prefix(20) { session.tell(.note(note)) }
        if photos.notes.count > 20 { session.tell(.images("… and \(photos.notes.count - 20) more.")) }
    }

    /// SRGAN's generator.
    private static var usual: SuperResolutionConfiguration {
        var model = SuperResolutionConfiguration()
        model.generator = UpscalerArchitecture(.srresnet)
        return model
    }

    private func startingModel(
        _ name: String
    ) throws -> (name: String, configuration: SuperResolutionConfiguration, weights: [String: Tensor]) {
        let model = try session.run.store.requested(name, for: .upscale)
        guard let generator = UpscalerArchitecture(model.network) else { throw model.wrongKind(.upscale) }
        var configuration = SuperResolutionConfiguration()
        configuration.generator = generator
        if let source = model.source { session.tell(.note("starts from \(name): \(source.choice)")) }
        return (model.name, configuration, try model.usableWeights())
    }

    /// The network of the perceptual loss: the requested one, the recorded one, or the default.
    private func perceptual(_ stage: AdversarialStageSettings, _ recorded: UpscalerTrainingPlan?) -> String? {
        switch options.perception {
        case .network(let name): return name
        case .none: return nil
        case .usual: break
        }
        let isKnown = recorded?.model.training.map { $0.adversarial.steps > 0 } ?? false
        if isKnown || stage.steps == 0 { return recorded?.perceptual }
        return (try? session.run.store.find(Self.usualPerception)) == nil ? nil : Self.usualPerception
    }

    /// Numbers that must divide the size of crops.
    private static func multiples(
        _ model: SuperResolutionConfiguration, _ settings: UpscalerTrainingSettings
    ) -> [Int] {
        var multiples = [settings.frame.scale * model.generator.configuration.multiple]
        if settings.adversarial.steps > 0 { multiples.append(settings.adversarial.discriminator.multiple) }
        return multiples
    }

    private func check(
        _ model: SuperResolutionConfiguration, _ settings: UpscalerTrainingSettings
    ) throws(TrainingRequestError) {
        if let fault = model.generator.fault { throw .impossibleNetwork(fault) }
        let crop = settings.frame.cropSize
        if let broken = Self.multiples(model, settings).first(where: { crop % $0 != 0 }) {
            throw .cropSize(network: nil, multiple: broken, nearest: max(crop / broken, 1) * broken)
        }
        if model.resize != nil { throw .resizingModel }
        if settings.pixel.steps == 0, settings.adversarial.steps == 0 { throw .nothingToDo }
    }

    private func task(
        _ plan: UpscalerTrainingPlan, _ settings: UpscalerTrainingSettings, _ loader: CropLoader, held: PhotoSet?
    ) throws -> SuperResolutionTask {
        let frame = settings.frame
        let shown = held.map { CropLoader($0, frame: frame, batch: 1, seed: 0, cacheBytes: 0) }
        var facts = [
            "software": Software.description,
            "data": plan.data.paths.map { URL(fileURLWithPath: $0).lastPathComponent }.joined(separator: ", "),
            "photos": "\(loader.photos.photos.count)", "seed": "\(settings.seed)",
        ]
        if settings.adversarial.steps > 0 {
            facts["perceptual"] = plan.perceptual.map { URL(fileURLWithPath: $0).lastPathComponent } ?? "none"
        }
        facts["started from"] = plan.start
        let task = SuperResolutionTask(
            plan.model, batch: { try loader.batch(at: $0) },
            held: (0..<(held?.photos.count ?? 0)).compactMap { try? shown?.image($0, longest: 768) },
            measure: { UpscalingScores($0, photo: $1, border: frame.scale)?.named ?? [:] },
            perceptual: settings.adversarial.steps > 0
                ? try plan.perceptual.map { try session.run.store.perceptualNetwork($0) } : nil,
            name: plan.name, provenance: facts)
        let folder = session.folder.pixelModel
        if session.isMeasuring { return task }
        task.pixelStageEnded = { task, step in
            try AtomicFolder.write(folder) { try task.export(to: $0, after: step) }
        }
        return task
    }
}
