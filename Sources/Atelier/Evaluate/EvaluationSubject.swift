import Catalog
import Evaluation
import ImageData
import Pix2Pix
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
    private let folder: ModelFolder?

    /// What is called so: a name, a folder, a run, a file of weights from elsewhere, or images.
    ///
    /// - Parameters:
    ///   - hasData: whether there is anything to measure it with; without, only images can be measured.
    ///   - hasClassifier: whether images shall be compared in the features of a classifier.
    /// - Throws: ``RequestError`` when there is no such thing, ``EvaluationError`` for a run without a model.
    public init(_ name: String, hasData: Bool = true, hasClassifier: Bool = false) throws {
        self.name = name
        if !hasData {
            (kind, folder) = (.images, nil)
        } else if ForeignModel.isFile(name) {
            let isUpscaler = try ForeignModel(path: name).kind == SuperResolutionConfiguration.kind
            (kind, folder) = (isUpscaler ? .upscaler : .translator, nil)
        } else {
            do {
                let found = try Catalog.find(name)
                (kind, folder) = (Self.kind(of: found), found)
            } catch {
                if RunFolder(name).holdsRun { throw EvaluationError.noModelYet(run: name) }
                guard (try? DatasetReader.open(name)) != nil else { throw RequestError("\(error)") }
                (kind, folder) = (hasClassifier ? .generatedImages : .images, nil)
            }
        }
    }

    private static func kind(of model: ModelFolder) -> Kind {
        switch model.kind {
        case ClassifierConfiguration.kind: .classifier
        case SuperResolutionConfiguration.kind: .upscaler
        case Pix2PixConfiguration.kind: .translator
        default: .generator
        }
    }

    /// Measures it.
    ///
    /// - Parameters:
    ///   - data: real images, pairs or photos to compare with; nil measures the NIQE of images alone.
    ///   - tell: is told how the work goes.
    /// - Throws: ``EvaluationError``, ``RequestError``, and what reading images and models throws.
    public func measured(
        on data: String?, _ options: EvaluationOptions = EvaluationOptions(),
        telling tell: @escaping (WorkEvent) -> Void = { _ in }
    ) throws -> EvaluationReport {
        guard let data else {
            guard kind == .images, options.niqe else { throw EvaluationError.dataNeeded }
            return EvaluationReport(.naturalness(try ImageMeasurement(name, options, telling: tell).naturalness()))
        }
        switch kind {
        case .images:
            let images = try ImageMeasurement(name, options, telling: tell)
            return EvaluationReport(.upscaler(try images.measured(beside: data)))
        case .upscaler: return try upscaler(options, tell).measured(on: data)
        case .translator: return try translator(data, options, tell).measured()
        case .classifier:
            let model = try found()
            let figures = try Catalog.classifier(model).measured(on: data, name: model.name, telling: tell)
            return EvaluationReport(.classifier(figures))
        case .generatedImages:
            let measurement = GeneratorMeasurement(data: data, classifier: try neededClassifier(options), tell: tell)
            return EvaluationReport(.generator(try measurement.measure(DatasetReader.open(name))))
        case .generator:
            let generator = try Catalog.generator(found(), precision: options.precision)
            let measurement = GeneratorMeasurement(data: data, classifier: try neededClassifier(options), tell: tell)
            return EvaluationReport(.generator(try measurement.measure(generator, options)))
        }
    }

    private func found() throws -> ModelFolder { try folder ?? Catalog.find(name) }

    private func upscaler(
        _ options: EvaluationOptions, _ tell: @escaping (WorkEvent) -> Void
    ) throws -> UpscalerMeasurement {
        let file = folder == nil ? try ForeignModel(path: name) : nil
        let title = folder?.name ?? file?.name ?? name
        let loaded = try file?.upscaler() ?? Catalog.upscaler(found())
        return try UpscalerMeasurement(
            title, loaded.upscaler, channels: loaded.configuration.generator.inputChannels, options, telling: tell)
    }

    /// Where there are two translators the direction says which of them; otherwise only which image of a pair comes in.
    private func translator(
        _ data: String, _ options: EvaluationOptions, _ tell: @escaping (WorkEvent) -> Void
    ) throws -> TranslatorMeasurement {
        let way = folder?.translatesBack == true ? options.direction : nil
        let model = try LoadedTranslator(
            name, direction: way ?? .aToB, statistics: options.statistics, precision: options.precision)
        return TranslatorMeasurement(
            model, data: data, options, classifier: try options.classifier.map { try Self.classifier($0) },
            telling: tell)
    }

    private func neededClassifier(_ options: EvaluationOptions) throws -> TrainedClassifier {
        guard let name = options.classifier else { throw EvaluationError.classifierNeeded }
        return try Self.classifier(name).network
    }

    private static func classifier(_ name: String) throws -> (name: String, network: TrainedClassifier) {
        let folder = try requested { try Catalog.find(name) }
        return (folder.name, try Catalog.classifier(folder))
    }
}
