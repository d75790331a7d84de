import ArgumentParser
import Atelier
import Foundation

/// `atelier evaluate`.
struct EvaluateCommand: ComputingCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Measure the quality of a model's images.",
        discussion: """
            A generator is measured against real images, in the features of a network: color images in those of \
            ImageNet (EfficientNet-Lite0), gray ones in those of a classifier. Figures in different features cannot be \
            compared with each other, nor with published ones.
              Fréchet distance  how far the two sets are apart; smaller is better; depends on the number of images
              kernel distance   the same without bias, times 1000, ± its standard error: the figure for small sets
              precision         the share of generated images that lie among real ones
              recall            the share of real images that lie among generated ones: low if some kinds are missing
              density           like precision, but outliers do not count: 1 for images like the real ones
              coverage          the share of real images that have a generated one near them
              recognized        the share of images recognized as the requested class, with --classifier
            A translator is measured against the targets of pairs:
              L1                the mean absolute difference, from 0 to 1
              PSNR, SSIM        the peak signal-to-noise ratio in decibels, and the structural similarity
              Fréchet, kernel   distances between all translations and all targets, as above
              perceptual        the mean distance from the target in ImageNet's activations, as LPIPS without its weights
              recognized        with --classifier: the share of translations recognized as the class of their target
              plausible         with --regions: the share of enclosed pixels within ΔE 20 (CIEDE2000) of a color that one \
            of the 20 most similar training pairs has there
              deviation         with --regions: how much levels vary within a region
            An upscaler is measured against photos, made small with MATLAB's bicubic, beside bicubic and Lanczos:
              PSNR, SSIM        on luminance and on RGB, without a border as wide as the scale; larger is better
              NIQE              with --niqe: how little an image resembles a good photo, without the original; smaller \
            is better, photos have 2 to 6
              LPIPS             with --lpips FILE: perceptual distance from the photo; 0 is equal, smaller is better
              perceptual        the distance in ImageNet's activations, as LPIPS without its weights
            A classifier is measured by the share of images it recognizes.
            Generated images, or the model that makes them, can be asked two more questions:
              --augmentation    do they help? The same small classifier is trained on the real images, on generated \
            ones, on both, and with ordinary augmentation (mirrored, shifted), several times each; all are tested on \
            the test part. Accuracies are means ± standard deviations.
              --memorization    does the generator repeat what it learned from? --data names what it was trained on:
                copied            the share of generated images that are nearer to their nearest training image than \
            that is to its nearest other one (1 − authenticity, Alaa et al. 2022)
                near copies       the share nearer to a training image than 99 % of training images are to others
                nearer than test  the probability that a generated image is nearer to the training images than a \
            real test image is; 0.5 is like new images
            Compare each with the figure of real test images beside it.

            If the dataset has a test part, only that is used, otherwise all of it.

            Examples:
              atelier evaluate fashion-cgan --classifier fashion-classifier --data /usr/share/datasets/fashion-mnist
              atelier evaluate run/ --classifier my-classifier/ --data flowers/ --count 2000 --json
              atelier evaluate their-samples/ --classifier my-classifier/ --data flowers/
              atelier evaluate fashion-classifier --data /usr/share/datasets/fashion-mnist
              atelier evaluate flowers-sketch --data flowers/ --classifier flowers-classifier --baselines
              atelier evaluate run/ --data facades/ --direction BtoA --sheet sheet.png
              atelier evaluate latest_net_G.pth --data facades/ --direction BtoA
              atelier evaluate photo-x4 --data Set14/ --sheet sheet.png
              atelier evaluate photo-x4 --data Set14/ --niqe --lpips lpips-alex.pth
              atelier evaluate their-results/ --data Set14/ --shave 4 --niqe
              atelier evaluate old-photos-upscaled/ --niqe
              atelier evaluate run/ --data few-flowers/ --augmentation --per-class 100
              atelier evaluate run/ --data few-flowers/ --memorization --sheet nearest.png
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

    @Option(
        help: ArgumentHelp(
            "The network in whose features sets of images are compared; “none” for the classifier's.",
            discussion: "Default: imagenet-features for color images, the classifier's for gray ones.",
            valueName: "model"))
    var features: String?

    @OptionGroup(title: "Questions about generated images") var questions: QuestionOptions
    @OptionGroup(title: "Generators") var generators: GeneratorTestOptions
    @OptionGroup(title: "Translators") var translators: TranslatorTestOptions
    @OptionGroup(title: "Upscalers") var upscalers: UpscalerTestOptions
    @OptionGroup var weights: WeightOptions
    @OptionGroup var precision: PrecisionOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    func run() throws {
        guard data != nil || upscalers.niqe else { throw UsageError("Name the images to measure with: --data DIR") }
        let subject: EvaluationSubject
        do {
            subject = try EvaluationSubject(
                model, hasData: data != nil, hasClassifier: classifier != nil || features != nil,
                in: weights.store)
        } catch let error as EvaluationError {
            throw UsageError("\(error)")
        }
        try refuseUseless(for: subject.kind)
        subject.model?.tellLicense(output)
        let console = WorkConsole(output)
        do {
            let report = try subject.measured(on: data, options, telling: console.tell)
            console.finish()
            try EvaluationPrinter(json: output.json).print(report.figures)
            if let sheet = translators.sheet { try report.sheet?.write(to: sheet) }
        } catch EvaluationError.noGeneratedImages(let name) {
            throw UsageError(
                "\(questions.given[0]) is for a generator or a set of generated images, which \(name) is not.")
        } catch EvaluationError.testNeeded(let data) {
            throw UsageError("\(EvaluationError.testNeeded(data: data))")
        } catch EvaluationError.classifierNeeded {
            throw UsageError(
                """
                Sets of images are compared in the features of a network: for gray images, of a classifier \
                (--classifier MODEL); for color images, of any network (--features MODEL).
                Make a classifier with: atelier train classifier --data \(data ?? "DIR") --out my-classifier
                """)
        } catch EvaluationError.noCommonNames(let images, let photos) {
            throw UsageError(
                """
                No image of \(images) has the name of a photo of \(photos).
                Generated images are measured with --features imagenet-features, or with --classifier MODEL.
                """)
        }
    }

    private var options: EvaluationOptions {
        var options = EvaluationOptions(classifier: classifier)
        options.features = features == "none" ? "" : features
        options.count = generators.count ?? options.count
        options.sampleCount = generators.count ?? options.sampleCount
        options.firstSeed = generators.seed ?? options.firstSeed
        options.truncation = generators.truncation
        options.direction = translators.direction
        options.layout = translators.arrangement.layout
        options.split = translators.split
        options.hand = translators.hand
        options.statistics = translators.statistics
        options.baselines = translators.baselines
        options.regions = translators.regions
        options.sheetPairs = translators.sheetPairs ?? options.sheetPairs
        options.makesSheet = translators.sheet != nil
        options.nearestPairs = translators.sheetPairs ?? options.nearestPairs
        options.limit = translators.limit
        options.niqe = upscalers.niqe
        options.lpips = upscalers.lpips
        options.shave = upscalers.shave ?? options.shave
        options.store = weights.store
        options.precision = precision.chosen ?? .float32
        questions.apply(to: &options)
        return options
    }

    /// Options that mean nothing for what is measured are mistakes.
    private func refuseUseless(for kind: EvaluationSubject.Kind) throws {
        let (generator, translator, upscaler) = (generators.given, translators.given, upscalers.given)
        switch questions.question {
        case .quality: break
        case .augmentation:
            let networks = [classifier.map { _ in "--classifier" }, features.map { _ in "--features" }]
            let useless = networks.compactMap { $0 } + generator.filter { $0 == "--count" } + translator + upscaler
            guard let first = useless.first else { return }
            throw UsageError("\(first) does not apply to --augmentation.")
        case .memorization:
            let useless = translator.filter { $0 != "--sheet" } + upscaler
            guard let first = useless.first else { return }
            throw UsageError("\(first) does not apply to --memorization.")
        }
        switch kind {
        case .generator: try refuse(translator + upscaler, for: "a generator")
        case .translator: try refuse(generator + upscaler, for: "a translator")
        case .classifier: try refuse(generator + translator + upscaler, for: "a classifier")
        case .upscaler:
            let usable = ["--limit", "--sheet", "--niqe", "--lpips"]
            try refuse((generator + translator + upscaler).filter { !usable.contains($0) }, for: "an upscaler")
        case .generatedImages: break
        case .images where data == nil:
            try refuse(generator + translator + upscaler.filter { $0 == "--lpips" }, for: "images alone")
        case .images: try refuse(generator + translator.filter { $0 != "--limit" }, for: "a folder of images")
        }
    }

    private func refuse(_ options: [String], for kind: String) throws {
        guard let first = options.first else { return }
        throw UsageError("\(first) does not apply to \(kind): \(model).")
    }
}
