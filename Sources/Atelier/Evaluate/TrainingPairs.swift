import Evaluation
import ImageData
import ImageFiles

/// The training pairs of a translator: what trivial translators make of them, and which colors they find plausible.
struct TrainingPairs {
    /// The names of the trivial translators.
    static let baselines = ["mean colors inside lines", "nearest training input"]

    private let training: PairLoader
    private var colors: RegionColors
    private var memory: NearestInput

    init(learn training: PairLoader, _ measurement: TranslatorMeasurement) throws {
        self.training = training
        var colors = RegionColors(channels: training.frame.targetChannels)
        var memory = NearestInput(mirrors: training.frame.flip)
        _ = try measurement.forEachPair(training, Array(0..<training.dataset.count), "learning the training pairs") {
            index, pair in
            let input = Image(pair.drawings)
            colors.learn(input: input, target: Image(pair.targets))
            memory.learn(input, index: index)
        }
        (self.colors, self.memory) = (colors, memory)
    }

    /// The translations of the trivial translators, in the order of their names.
    func images(for input: Image) throws -> [Image] {
        let filled = colors.fill(input)
        return [filled] + (try memory.matches(input, count: 1).map { try target(of: $0) })
    }

    /// The targets of the most similar inputs, the most similar first: one more than say which colors are plausible, so
    /// that one may be left out.
    func similarTargets(to input: Image) throws -> [Image] {
        try memory.matches(input, count: ColorPlausibility.neighborCount + 1).map { try target(of: $0) }
    }

    private func target(of match: NearestInput.Match) throws -> Image {
        let target = try training.target(match.index)
        return match.isMirrored ? target.flippedHorizontally() : target
    }
}
