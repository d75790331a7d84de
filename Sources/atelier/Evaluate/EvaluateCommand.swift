import ArgumentParser
import Catalog
import Evaluation
import Foundation
import ImageData
import Models
import Pix2Pix
import SuperResolution
import Training

/// `atelier evaluate`.
struct EvaluateCommand: ComputingCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Measure how good a model's images are.",
        discussion: """
            A generator is measured against real images, in the features of a classifier:
              Fréchet distance  how far the two sets are apart; smaller is better. Figures of different classifiers \
            cannot be compared with each other, nor with published ones.
              precision         the share of generated images that lie among real ones
              recall            the share of real images that lie among generated ones: low when kinds are missing
              recognized        the share of images recognized as the class that was asked for
            A translator is measured against the targets of pairs:
              L1                the mean absolute difference, from 0 to 1
              PSNR, SSIM        the peak signal-to-noise ratio in decibels, and the structural similarity
              Fréchet distance  between all translations and all targets, with --classifier
            An upscaler is measured against photos, which are made small as MATLAB does, beside bicubic and Lanczos:
              PSNR, SSIM        on luminance and on RGB, without a border of as many pixels as the scale; larger is better
              NIQE              with --niqe: how unlike a good photo an image looks, whatever the original; smaller is \
            better, photos have 2 to 6
              LPIPS             with --lpips FILE: how far an image looks from the photo; 0 is equal, smaller is better
            A classifier is measured by the share of images it recognizes.

            Test images are used where the dataset keeps some apart, all of it otherwise.

            Examples:
              atelier evaluate fashion-cgan --classifier fashion-classifier --data /usr/share/datasets/fashion-mnist
              atelier evaluate run/ --classifier judge/ --data flowers/ --count 2000 --json
              atelier evaluate their-samples/ --classifier judge/ --data flowers/
              atelier evaluate fashion-classifier --data /usr/share/datasets/fashion-mnist
              atelier evaluate flowers-sketch --data flowers/ --classifier flowers-classifier --baselines
              atelier evaluate run/ --data facades/ --direction BtoA --sheet sheet.png
              atelier evaluate latest_net_G.pth --data facades/ --direction BtoA
              atelier evaluate photo-x4 --data Set14/ --sheet sheet.png
              atelier evaluate photo-x4 --data Set14/ --niqe --lpips lpips-alex.pth
              atelier evaluate their-results/ --data Set14/ --shave 4 --niqe
              atelier evaluate old-photos-upscaled/ --niqe
            """)

    @Argument(
        help: """
            The model: a name from “atelier models list”, a folder, a run, or a file of a translator's weights. Or a \
            set of generated images, laid out as a dataset. Or a folder of upscaled images, named like the photos.
            """)
    var model: String

    @Option(
        name: [.long, .customLong("dataroot")],
        help: ArgumentHelp(
            "The real images or the pairs, as in “atelier train”. NIQE of a folder of images needs none.",
            valueName: "dir"))
    var data: String?

    @Option(help: ArgumentHelp("The classifier whose features are used.", valueName: "model"))
    var classifier: String?

    @OptionGroup(title: "Generators") var generators: GeneratorTestOptions
    @OptionGroup(title: "Translators") var translators: TranslatorTestOptions
    @OptionGroup(title: "Upscalers") var upscalers: UpscalerTestOptions
    @OptionGroup var precision: PrecisionOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    func run() throws {
        guard let data else {
            guard upscalers.niqe else { throw UsageError("Say what it is measured with: --data DIR") }
            let useless = upscalers.given.filter { $0 == "--lpips" }
            try refuse(generators.given + translators.given + useless, for: "images alone")
            return try ImageMeasurement(model, upscalers, output: output).run()
        }
        let model: Model
        do {
            model = try ModelStore.searched.load(self.model)
        } catch let error as UsageError {
            return try measureFolder(data, otherwise: error)
        }
        switch model.task {
        case .classify:
            try refuse(generators.given + translators.given + upscalers.given, for: "a classifier")
            try ClassifierMeasurement(data: data, output: output).measure(model.classifier(), model.name)
        case .upscale:
            try measure(model, data)
        case .translate:
            try refuse(generators.given + upscalers.given, for: "a translator")
            try measureTranslator(data, direction: model.translatesBack ? translators.direction : nil)
        case .generate, .measure:
            try refuse(translators.given + upscalers.given, for: "a generator")
            let generator = try model.generator(precision: precision.chosen ?? .float32)
            try GeneratorMeasurement(data: data, judge: judge(data), output: output).measure(generator, generators)
        }
    }

    /// Measures images that some other program made like a model's.
    private func measureFolder(_ data: String, otherwise error: UsageError) throws {
        if RunFolder(model).holdsRun {
            throw UsageError("\(model) is a run that has no model yet: it is written with its first checkpoint.")
        }
        guard let images = try? DatasetReader.open(model) else { throw error }
        if classifier == nil { return try measureImages(data) }
        try GeneratorMeasurement(data: data, judge: judge(data), output: output).measure(images)
    }

    private func measure(_ model: Model, _ data: String) throws {
        let usable = ["--limit", "--sheet", "--niqe", "--lpips"]
        let given = generators.given + translators.given + upscalers.given
        try refuse(given.filter { !usable.contains($0) }, for: "an upscaler")
        let measurement = try UpscalerMeasurement(
            model.name, model.upscaler(), channels: UpscalerArchitecture(model.network)?.inputChannels ?? 3,
            judges: upscalers.judges(), output: output)
        try measurement.run(data: data, limit: translators.limit, sheet: translators.sheet)
    }

    private func measureImages(_ data: String) throws {
        try refuse(generators.given + translators.given.filter { $0 != "--limit" }, for: "a folder of images")
        try ImageMeasurement(model, upscalers, output: output).run(beside: data, limit: translators.limit)
    }

    /// - Parameter direction: which of two translators it is, where there are two; otherwise `--direction` only says which
    ///   side of the pairs is the input.
    private func measureTranslator(_ data: String, direction: PairDirection? = nil) throws {
        let translator = try LoadedTranslator(
            model, direction: direction ?? .aToB, statistics: translators.statistics,
            precision: precision.chosen ?? .float32)
        let measurement = TranslatorMeasurement(
            translator, pairs: try translators.choice(data, sketches: translator.sketches), options: translators,
            judge: try classifier.map { try loaded($0) }, output: output)
        try measurement.run()
    }

    /// The classifier that is asked for.
    ///
    /// - Throws: `UsageError` when none is.
    private func judge(_ data: String) throws -> (name: String, classifier: TrainedClassifier) {
        guard let classifier else {
            throw UsageError(
                """
                A generator is judged by a classifier: --classifier MODEL.
                Make one with: atelier train classifier --data \(data) --out judge
                """)
        }
        return try loaded(classifier)
    }

    private func loaded(_ name: String) throws -> (name: String, classifier: TrainedClassifier) {
        let model = try ModelStore.searched.load(name)
        return (model.name, try model.classifier())
    }

    private func refuse(_ options: [String], for kind: String) throws {
        guard let first = options.first else { return }
        throw UsageError("\(first) means nothing for \(kind), which \(model) is.")
    }
}
