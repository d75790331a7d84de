import ArgumentParser
import CPUBackend
import Catalog
import Evaluation
import Files
import Foundation
import ImageData
import ImageFiles
import Layers
import Models
import Reporting
import SuperResolution
import TensorCore
import Training

/// `atelier train sr`.
struct TrainSuperResolutionCommand: ComputingCommand {
    static let configuration = CommandConfiguration(
        commandName: "sr",
        abstract: "Train an upscaler on photos: first pixel by pixel, then against a discriminator.",
        discussion: """
            Photos are PNG and JPEG files of any size; crops are cut out of them while training, and made small. After \
            the first stage RUN/model-pixel holds the model with the highest PSNR, after the second RUN/model the one \
            that looks sharpest.

            Examples:
              atelier train sr --data photos/ --out run
              atelier train sr --data photos/ --net srvgg --scale 2 --steps 50000 --gan-steps 0 --out run
              atelier train sr --data DIV2K_train_HR/ --lr-data DIV2K_train_LR_bicubic/X4/ --val-data Set5/ --out run
              atelier train sr --data photos/ --degradation practical --perceptual vgg19.pth --perceptual-weight 1 --out run
              atelier train sr --out run --resume
              atelier train sr --out run --resume --gan-steps 20000

            As long as the second stage has not begun its settings may change: the last example adds one to a run \
            that was without.
            """)

    @OptionGroup(title: "Photos") var photos: PhotoOptions
    @OptionGroup(title: "Run") var runOptions: RunOptions
    @OptionGroup(title: "Networks and training") var training: UpscalerTrainingOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    var usualKernels: KernelSelection { .measured }

    func run() throws {
        let record = runOptions.resume ? try RunRecord<UpscalerTrainingPlan>(reading: runOptions.folder) : nil
        let recorded = record?.configuration
        if !runOptions.resume { try runOptions.refuseExisting() }
        let start = try training.from.map { try startingModel($0) }
        var model = recorded?.model ?? start?.configuration ?? Self.usual
        training.apply(to: &model)
        let settings = model.training ?? UpscalerTrainingSettings()
        try check(model, settings)
        let plan = UpscalerTrainingPlan(
            name: runOptions.name ?? recorded?.name ?? runOptions.modelName,
            data: try recorded.map { photos.changed($0.data) } ?? photos.choice(),
            perceptual: perceptual(settings.adversarial, recorded), start: start?.name ?? recorded?.start,
            model: model)

        let sets = try plan.data.open(settings.frame)
        let loader = CropLoader(
            sets.training, frame: settings.frame, batch: settings.batchSize, seed: settings.seed,
            cacheBytes: photos.cache.map { $0 << 20 } ?? 1 << 30)
        let task = try task(plan, settings, loader, held: sets.held)
        if let start, !runOptions.resume { try task.begin(with: start.weights) }
        if !output.quiet, !output.json {
            let (summary, notes) = (sets.training.summary, sets.training.notes)
            Console.standardError.line(summary)
            if settings.adversarial.steps > 0, plan.perceptual == nil {
                Console.standardError.line("Note: there is no perceptual loss in the second stage: see --perceptual.")
            }
            for note in notes.prefix(20) { Console.standardError.line("Note: \(note)") }
            if notes.count > 20 { Console.standardError.line("… and \(notes.count - 20) more.") }
        }
        let fresh = TrainingOptions(
            steps: settings.steps, sampleEvery: 1000, checkpointEvery: 2000,
            evaluateEvery: sets.held == nil ? 0 : 5000)
        var adjustable: Set = [
            "data.paths", "data.smallPaths", "data.heldPath", "name", "perceptual", "model.training.precision",
        ]
        if runOptions.folder.checkpointSteps.last ?? 0 <= settings.pixel.steps {
            adjustable.insert("model.training.adversarial")
        }
        let trainer = Trainer(
            task, configuration: plan,
            options: runOptions.options(steps: settings.steps, recorded: record?.options, fresh: fresh),
            folder: runOptions.folder, adjustable: adjustable)
        try TrainingEnd.report(
            trainer.run(runOptions, kind: "sr", steps: settings.steps, output: output), run: runOptions, kind: "sr",
            output: output)
        for warning in loader.warnings { Console.standardError.line("Warning: \(warning)") }
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
        let model = try ModelStore.searched.load(name)
        guard let generator = UpscalerArchitecture(model.network) else { throw model.wrongKind(.upscale) }
        var configuration = SuperResolutionConfiguration()
        configuration.generator = generator
        return (model.name, configuration, model.weights)
    }

    /// A network of our own lends its features where none is named, and where it can be found.
    private static let usualPerception = "flowers-features"

    /// What the perceptual loss is taken in: what is asked for, what the run knows, or the usual.
    private func perceptual(_ stage: AdversarialStageSettings, _ recorded: UpscalerTrainingPlan?) -> String? {
        if let given = training.perceptual { return given == "none" ? nil : given }
        let isKnown = recorded?.model.training.map { $0.adversarial.steps > 0 } ?? false
        if isKnown || stage.steps == 0 { return recorded?.perceptual }
        return (try? ModelStore.searched.find(Self.usualPerception)) == nil ? nil : Self.usualPerception
    }

    private func check(_ model: SuperResolutionConfiguration, _ settings: UpscalerTrainingSettings) throws {
        if let fault = model.generator.fault { throw UsageError("This network cannot be built: \(fault).") }
        let (crop, scale) = (settings.frame.cropSize, settings.frame.scale)
        var multiples = [scale * model.generator.configuration.multiple]
        if settings.adversarial.steps > 0 { multiples.append(settings.adversarial.discriminator.multiple) }
        if let broken = multiples.first(where: { crop % $0 != 0 }) {
            throw UsageError(
                "Crops have to be a multiple of \(broken) pixels for this network: "
                    + "--crop-size \(max(crop / broken, 1) * broken).")
        }
        if model.resize != nil { throw UsageError("A model that resizes its result cannot be trained on.") }
        if settings.steps == 0 { throw UsageError("There is nothing to do: --steps and --gan-steps are both 0.") }
    }

    private func task(
        _ plan: UpscalerTrainingPlan, _ settings: UpscalerTrainingSettings, _ loader: CropLoader, held: PhotoSet?
    ) throws -> SuperResolutionTask {
        let frame = settings.frame
        let shown = held.map { CropLoader($0, frame: frame, batch: 1, seed: 0, cacheBytes: 0) }
        var facts = [
            "software": Software.description,
            "data": plan.data.paths.map { URL(fileURLWithPath: $0).lastPathComponent }.joined(separator: ", "),
            "photos": "\(loader.photos.photos.count)", "steps": "\(settings.steps)", "seed": "\(settings.seed)",
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
                ? try plan.perceptual.map { name in try usage { try ModelStore.searched.perceptualNetwork(name) } } : nil,
            name: plan.name, provenance: facts)
        let folder = runOptions.folder.pixelModel
        task.pixelStageEnded = { task in try AtomicFolder.write(folder) { try task.export(to: $0) } }
        return task
    }
}

/// What decides the weights of an upscaler, as its run's `config.json` records it.
struct UpscalerTrainingPlan: Codable {
    var name: String
    var data: PhotoChoice
    var perceptual: String?
    /// The model whose weights it began with.
    var start: String?
    var model: SuperResolutionConfiguration
}
