import Evaluation
import ImageData
import ImageFiles
import Pix2Pix

/// Measures a translator on test pairs, with trivial translators for comparison.
struct TranslatorMeasurement {
    private let model: LoadedTranslator
    private let pairs: PairChoice
    private let options: EvaluationOptions
    private let networks: EvaluationNetworks?
    private let tell: (WorkEvent) -> Void
    private let recipe: SketchRecipe?

    /// - Parameter data: pairs, or photos for a model that was trained on sketches drawn after such.
    init(
        _ model: LoadedTranslator, data: String, _ options: EvaluationOptions,
        networks: EvaluationNetworks?, telling tell: @escaping (WorkEvent) -> Void
    ) {
        let sketches = model.sketches
        self.model = model
        self.options = options
        self.networks = networks
        self.tell = tell
        pairs = PairChoice(
            path: data, direction: options.direction ?? .aToB, layout: options.layout,
            sketched: options.hand != nil || sketches != nil)
        recipe =
            options.hand.map { hand in
                var recipe = sketches ?? SketchRecipe()
                recipe.style.technique = hand
                return recipe
            } ?? sketches
    }

    func measured() throws -> EvaluationReport {
        let loader = loader(try measuredPairs())
        let collector = networks.map { FeatureCollector($0, channels: $0.image?.channels ?? 3) }
        let distance = networks?.distance
        var measurements = [TranslationMeasurement(model.name, features: collector, distance: distance)]
        let learned =
            options.baselines || options.regions ? try TrainingPairs(learn: self.loader(pairs.open()), self) : nil
        if options.baselines {
            measurements += TrainingPairs.baselines.map {
                TranslationMeasurement($0, features: collector, distance: distance)
            }
        }
        var (targets, classes) = (collector, [String?]())
        var sheet = PairSheet(places: shown(of: loader.dataset.count))
        let indices = spread(options.limit, over: loader.dataset.count)
        let measuredCount = try forEachPair(loader, indices, "translating") { index, pair in
            let (input, target) = (Image(pair.drawings), Image(pair.targets))
            let made = Image(try model.translator(pair.inputs).checkedFinite(of: loader.dataset.name(index)))
            let trivial = options.baselines ? try learned?.images(for: input) ?? [] : []
            let className = loader.dataset.className(index)
            for (place, image) in ([made] + trivial).enumerated() {
                measurements[place].add(image, truth: target, className: className)
            }
            if options.regions, let learned {
                let regions = DrawingRegions(of: input)
                let similar = try learned.similarTargets(to: input)
                for (place, image) in ([made] + trivial).enumerated() {
                    // What was copied from a target does not make itself plausible.
                    let others = place == 2 ? similar.dropFirst() : similar.dropLast()
                    measurements[place].addColors(
                        of: image, truth: target, regions: regions, candidates: Array(others))
                }
            }
            targets?.add(target)
            classes.append(className)
            sheet.show(index, [input, made, target])
        }
        let features = targets?.features()
        let figures = measurements.indices.compactMap { measurements[$0].figures(targets: features) }
        guard let own = figures.first else {
            throw DatasetError.empty(path: pairs.path, reason: "none of its pairs can be read")
        }
        let evaluation = TranslationEvaluation(
            model: own, baselines: Array(figures.dropFirst()), pairs: measuredCount,
            split: loader.dataset.split.rawValue, sketch: recipe?.style.technique.rawValue,
            features: networks?.featuresName, targetRecognized: targets?.recognized(as: classes)
        )
        return EvaluationReport(.translator(evaluation), sheet: options.makesSheet ? sheet.image : nil)
    }

    // MARK: Pairs

    /// The part to measure: the requested one, otherwise the first part that was not trained on, or all.
    private func measuredPairs() throws -> any PairDataset {
        if let split = options.split { return try pairs.open(split) }
        for split in [PairSplit.test, .val] {
            do { return try pairs.open(split) } catch PairError.missingSplit { continue }
        }
        tell(.note("no pairs are kept apart; the model may have learned from these."))
        return try pairs.open()
    }

    private func loader(_ dataset: any PairDataset) -> PairLoader {
        PairLoader(
            dataset, frame: model.frame, batch: 1, recipe: recipe ?? SketchRecipe(), conditions: model.conditions,
            seed: 0)
    }

    /// Calls the closure with one pair after another, and reports pairs that cannot be read.
    ///
    /// - Returns: how many there were.
    func forEachPair(
        _ loader: PairLoader, _ indices: [Int], _ title: String, _ body: (Int, PairBatch) throws -> Void
    ) throws -> Int {
        func note(_ count: Int) { tell(.progress(WorkProgress(title, count, of: indices.count, unit: "pairs"))) }
        note(0)
        var count = 0
        for (place, index) in indices.enumerated() {
            let pair: PairBatch
            do { pair = try loader.pair(index) } catch {
                tell(.warning("skipped \(error)"))
                continue
            }
            try body(index, pair)
            count += 1
            note(place + 1)
        }
        return count
    }

    private func spread(_ limit: Int?, over count: Int) -> [Int] {
        let number = min(limit ?? count, count)
        return (0..<number).map { $0 * count / number }
    }

    /// The indices of the pairs on the sheet, spread evenly over the measured pairs.
    private func shown(of count: Int) -> [Int] {
        guard options.makesSheet else { return [] }
        let indices = spread(options.limit, over: count)
        let number = min(options.sheetPairs, indices.count)
        return (0..<number).map { indices[(2 * $0 + 1) * indices.count / (2 * number)] }
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
