import Evaluation
import ImageData
import Memory
import Models
import SuperResolution
import Training

/// Something that can be measured: a model of any kind, or images that some program made.
///
///     let figures = try EvaluationSubject("photo-x4").measured(on: "Set14/")
public struct EvaluationSubject {
    /// What kinds there are.
    public enum Kind: Sendable {
        /// A model that makes images.
        case generator
        /// A model that translates images.
        case translator
        /// A model that upscales images.
        case upscaler
        /// A model that recognizes classes.
        case classifier
        /// Images that were generated before.
        case generatedImages
        /// Images that were upscaled before, or any others without a classifier.
        case images
    }

    /// What it is.
    public let kind: Kind
    private let name: String
    /// The model; nil for images.
    public let model: Model?
    private let store: ModelStore

    /// What is called so: a name, a folder, a run, a file of weights from elsewhere, or images.
    ///
    /// - Parameters:
    ///   - name: the name or the path.
    ///   - hasData: whether there is anything to measure it with; without, only images can be measured.
    ///   - hasClassifier: whether images shall be compared in the features of a classifier.
    ///   - store: where models are looked for.
    /// - Throws: ``RequestError`` when there is no such thing, ``EvaluationError`` for a run without a model, `ModelError`
    ///   and `ForeignWeightsError` for what is broken.
    public init(
        _ name: String, hasData: Bool = true, hasClassifier: Bool = false, in store: ModelStore = ModelStore()
    ) throws {
        self.name = name
        self.store = store
        guard hasData else {
            (kind, model) = (.images, nil)
            return
        }
        do {
            let found = try store.requested(name)
            (kind, model) = (Self.kind(of: found.task), found)
        } catch let error as RequestError {
            if RunFolder(name).holdsRun { throw EvaluationError.noModelYet(run: name) }
            guard (try? DatasetReader.open(name)) != nil else { throw error }
            (kind, model) = (hasClassifier ? .generatedImages : .images, nil)
        }
    }

    private static func kind(of task: ModelTask) -> Kind {
        switch task {
        case .classify: .classifier
        case .upscale: .upscaler
        case .translate: .translator
        case .generate, .measure: .generator
        }
    }

    /// Measures it.
    ///
    /// - Parameters:
    ///   - data: real images, pairs or photos to compare with; nil measures the NIQE of images alone.
    ///   - options: what to measure, and with what.
    ///   - tell: is told how the work goes.
    /// - Throws: ``EvaluationError``, ``RequestError``, and what reading images and models throws.
    public func measured(
        on data: String?, _ options: EvaluationOptions = EvaluationOptions(),
        telling tell: @escaping (WorkEvent) -> Void = { _ in }
    ) throws -> EvaluationReport {
        try MemoryJob.run { try measurement(on: data, options, tell) }
    }

    private func measurement(
        on data: String?, _ options: EvaluationOptions, _ tell: @escaping (WorkEvent) -> Void
    ) throws -> EvaluationReport {
        guard let data else {
            guard kind == .images, options.niqe else { throw EvaluationError.dataNeeded }
            return EvaluationReport(.naturalness(try ImageMeasurement(name, options, telling: tell).naturalness()))
        }
        switch options.question {
        case .quality: return try quality(data, options, tell)
        case .augmentation: return try augmentation(data, options, tell)
        case .memorization: return try memorization(data, options, tell)
        }
    }

    private func quality(
        _ data: String, _ options: EvaluationOptions, _ tell: @escaping (WorkEvent) -> Void
    ) throws -> EvaluationReport {
        switch kind {
        case .images:
            let images = try ImageMeasurement(name, options, telling: tell)
            return EvaluationReport(.upscaler(try images.measured(beside: data)))
        case .upscaler: return try upscaler(options, tell).measured(on: data)
        case .translator: return try translator(data, options, tell).measured()
        case .classifier:
            let model = try loaded()
            let figures = try model.classifier().measured(on: data, name: model.name, telling: tell)
            return EvaluationReport(.classifier(figures))
        case .generatedImages:
            let images = try DatasetReader.open(name)
            let measurement = GeneratorMeasurement(
                data: data, networks: try neededNetworks(options, images.channels), size: images.typicalSize, tell: tell
            )
            return EvaluationReport(.generator(try measurement.measure(images)))
        case .generator:
            let generator = try loaded().generator(precision: options.precision, truncation: options.truncation)
            let (width, height) = generator.imageSize
            let measurement = GeneratorMeasurement(
                data: data, networks: try neededNetworks(options, generator.channels),
                size: ImageSize(width: width, height: height), tell: tell)
            return EvaluationReport(.generator(try measurement.measure(generator, options)))
        }
    }

    private func augmentation(
        _ data: String, _ options: EvaluationOptions, _ tell: @escaping (WorkEvent) -> Void
    ) throws -> EvaluationReport {
        let measurement = try AugmentationMeasurement(data: data, options: options, tell: tell)
        switch kind {
        case .generator:
            let model = try loaded()
            let generator = try model.generator(precision: options.precision, truncation: options.truncation)
            return EvaluationReport(.augmentation(try measurement.measure(generator, named: model.name)))
        case .generatedImages, .images:
            return EvaluationReport(.augmentation(try measurement.measure(imagesOf: name)))
        default: throw EvaluationError.noGeneratedImages(name: name)
        }
    }

    private func memorization(
        _ data: String, _ options: EvaluationOptions, _ tell: @escaping (WorkEvent) -> Void
    ) throws -> EvaluationReport {
        switch kind {
        case .generator:
            let generator = try loaded().generator(precision: options.precision, truncation: options.truncation)
            let networks = try neededNetworks(options, generator.channels)
            return try MemorizationMeasurement(data: data, networks: networks, options: options, tell: tell)
                .measure(generator)
        case .generatedImages, .images:
            let images = try DatasetReader.open(name)
            let networks = try neededNetworks(options, images.channels)
            return try MemorizationMeasurement(data: data, networks: networks, options: options, tell: tell)
                .measure(images)
        default: throw EvaluationError.noGeneratedImages(name: name)
        }
    }

    private func loaded(_ direction: PairDirection = .aToB) throws -> Model {
        if direction == .aToB, let model { return model }
        return try store.requested(name, direction: direction)
    }

    private func upscaler(
        _ options: EvaluationOptions, _ tell: @escaping (WorkEvent) -> Void
    ) throws -> UpscalerMeasurement {
        let model = try loaded()
        guard let network = UpscalerArchitecture(model.network) else { throw model.wrongKind(.upscale) }
        let (inputs, outputs) = (network.inputChannels, network.outputChannels)
        guard inputs == outputs, inputs == 1 || inputs == 3 else {
            throw RequestError(
                "\(model.name) takes \(inputs) channels and makes \(outputs); only networks of gray or color images can be "
                    + "measured.")
        }
        return try UpscalerMeasurement(model.name, model.upscaler(), channels: inputs, options, telling: tell)
    }

    /// Where there are two translators the direction says which of them; otherwise only which image of a pair comes in.
    private func translator(
        _ data: String, _ options: EvaluationOptions, _ tell: @escaping (WorkEvent) -> Void
    ) throws -> TranslatorMeasurement {
        let way = try loaded().translatesBack ? options.direction : nil
        let translator = try LoadedTranslator(
            loaded(way ?? .aToB), statistics: options.statistics, precision: options.precision)
        return TranslatorMeasurement(
            translator, data: data, options,
            networks: try options.networks(channels: translator.frame.targetChannels, in: store), telling: tell)
    }

    private func neededNetworks(_ options: EvaluationOptions, _ channels: Int) throws -> EvaluationNetworks {
        guard let networks = try options.networks(channels: channels, in: store) else {
            throw EvaluationError.classifierNeeded
        }
        return networks
    }
}
