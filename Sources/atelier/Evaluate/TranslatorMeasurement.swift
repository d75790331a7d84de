import Evaluation
import Foundation
import ImageData
import ImageFiles
import Pix2Pix
import Reporting
import TensorCore
import Training

/// The measuring of a translator on pairs that were kept apart, beside trivial ones.
struct TranslatorMeasurement {
    private let model: LoadedTranslator
    private let pairs: PairChoice
    private let options: TranslatorTestOptions
    private let judge: (name: String, classifier: TrainedClassifier)?
    private let output: OutputOptions
    private let recipe: SketchRecipe?

    init(
        _ model: LoadedTranslator, pairs: PairChoice, options: TranslatorTestOptions,
        judge: (name: String, classifier: TrainedClassifier)?, output: OutputOptions
    ) {
        self.model = model
        self.pairs = pairs
        self.options = options
        self.judge = judge
        self.output = output
        recipe = options.recipe(model.sketches)
    }

    func run() throws {
        let loader = loader(try measured())
        var measurements = [TranslationMeasurement(model.name, judge: judge?.classifier)]
        let trivial = options.baselines ? try TrivialTranslators(learn: self.loader(pairs.open()), self) : nil
        measurements += TrivialTranslators.names.prefix(trivial == nil ? 0 : 2).map {
            TranslationMeasurement($0, judge: judge?.classifier)
        }
        var targets = judge.map { FeatureCollector($0.classifier) }
        var sheet = PairSheet(places: shown(of: loader.dataset.count))
        let indices = spread(options.limit, over: loader.dataset.count)
        let measuredCount = try forEachPair(loader, indices, "translating") { index, pair in
            let (input, target) = (Image(pair.inputs), Image(pair.targets))
            let made = Image(model.translator(pair.inputs))
            measurements[0].add(made, truth: target)
            for (place, image) in try (trivial?.images(for: input) ?? []).enumerated() {
                measurements[1 + place].add(image, truth: target)
            }
            targets?.add(target)
            sheet.show(index, [input, made, target])
        }
        let statistics = targets?.statistics()
        let figures = measurements.indices.compactMap { measurements[$0].figures(targets: statistics) }
        guard let own = figures.first else {
            throw DatasetError.empty(path: pairs.path, reason: "not one of its pairs can be read")
        }
        let evaluation = TranslationEvaluation(
            model: own, baselines: Array(figures.dropFirst()), pairs: measuredCount,
            split: loader.dataset.split.rawValue, sketch: recipe?.style.technique.rawValue, classifier: judge?.name)
        try tell(evaluation)
        if let file = options.sheet { try sheet.image.write(to: file) }
    }

    private func tell(_ evaluation: TranslationEvaluation) throws {
        guard output.json else { return print(evaluation.text) }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        print(String(decoding: try encoder.encode(evaluation), as: UTF8.self))
    }

    // MARK: Pairs

    /// The part that is measured: the one asked for, otherwise the first that was not learned from, or all.
    private func measured() throws -> any PairDataset {
        if let split = options.split { return try pairs.open(split) }
        for split in [PairSplit.test, .val] {
            do { return try pairs.open(split) } catch PairError.missingSplit { continue }
        }
        if !output.quiet {
            Console.standardError.line("Note: no pairs are kept apart; the model may have learned from these.")
        }
        return try pairs.open()
    }

    private func loader(_ dataset: any PairDataset) -> PairLoader {
        PairLoader(
            dataset, frame: model.frame, batch: 1, recipe: recipe ?? SketchRecipe(), seed: 0)
    }

    /// Hands over one pair after the other and names what cannot be read.
    ///
    /// - Returns: how many there were.
    fileprivate func forEachPair(
        _ loader: PairLoader, _ indices: [Int], _ title: String, _ body: (Int, PairBatch) throws -> Void
    ) throws -> Int {
        let bar = ProgressBar(title, total: indices.count, unit: "pairs", quiet: output.quiet || output.json)
        defer { bar.finish() }
        var count = 0
        for (place, index) in indices.enumerated() {
            let pair: PairBatch
            do { pair = try loader.pair(index) } catch {
                Console.standardError.line("Warning: skipped \(error)")
                continue
            }
            try body(index, pair)
            count += 1
            bar.update(to: place + 1)
        }
        return count
    }

    private func spread(_ limit: Int?, over count: Int) -> [Int] {
        let number = min(limit ?? count, count)
        return (0..<number).map { $0 * count / number }
    }

    /// The pairs on the sheet, each from the middle of a part of those that are measured.
    private func shown(of count: Int) -> [Int] {
        guard options.sheet != nil else { return [] }
        let indices = spread(options.limit, over: count)
        let number = min(options.sheetPairs ?? 8, indices.count)
        return (0..<number).map { indices[(2 * $0 + 1) * indices.count / (2 * number)] }
    }
}

/// What has learned next to nothing of the training pairs.
private struct TrivialTranslators {
    static let names = ["mean colors inside lines", "nearest training input"]

    private let training: PairLoader
    private var colors: RegionColors
    private var memory: NearestInput

    init(learn training: PairLoader, _ measurement: TranslatorMeasurement) throws {
        self.training = training
        var colors = RegionColors(channels: training.frame.targetChannels)
        var memory = NearestInput(mirrors: training.frame.flip)
        _ = try measurement.forEachPair(training, Array(0..<training.dataset.count), "learning baselines") {
            index, pair in
            let input = Image(pair.inputs)
            colors.learn(input: input, target: Image(pair.targets))
            memory.learn(input, index: index)
        }
        (self.colors, self.memory) = (colors, memory)
    }

    /// Their answers, in the order of their names.
    func images(for input: Image) throws -> [Image] {
        let filled = colors.fill(input)
        guard let match = memory.match(input) else { return [filled] }
        let target = Image(try training.pair(match.index).targets)
        return [filled, match.isMirrored ? target.flippedHorizontally() : target]
    }
}

/// Rows of input | translation | target.
private struct PairSheet {
    let places: [Int]
    private var images: [Int: [Image]] = [:]

    init(places: [Int]) { self.places = places }

    mutating func show(_ index: Int, _ row: [Image]) {
        if places.contains(index) { images[index] = row }
    }

    var image: Image {
        let rows = places.compactMap { images[$0] }
        return SampleSheet.make(images: rows.flatMap { $0 }, columns: 3 * (rows.count > 3 ? 2 : 1))
    }
}
