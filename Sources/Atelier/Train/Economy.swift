import Reporting
import Training

/// How a training is made cheaper if its usual networks get too few steps in the time that it shall take.
public enum Economy: CaseIterable, Sendable {
    /// Nothing is saved.
    case none
    /// Both networks are half as wide: about a third of the time.
    case width
    /// Images have half the side: about a quarter of the time.
    case size
    /// Both.
    case widthAndSize

    /// Whether networks are half as wide.
    var halvesWidth: Bool { self == .width || self == .widthAndSize }
    /// Whether images have half the side.
    var halvesSize: Bool { self == .size || self == .widthAndSize }

    /// The share of the usual steps that makes a training worthwhile.
    static let leastShare = 0.25
    /// The share of the time that may go into measuring before no cheaper training is tried.
    static let measuringShare = 0.05

    /// What is told of it; nil if nothing is saved.
    var words: String? {
        switch self {
        case .none: nil
        case .width:
            "both networks are half as wide as usual, so that enough steps fit (--ngf and --ndf choose otherwise)"
        case .size: "images have half of the usual side, so that enough steps fit (--size chooses otherwise)"
        case .widthAndSize:
            "images have half of the usual side, and the networks are half as wide, so that more steps fit (--size, --ngf "
                + "and --ndf choose otherwise)"
        }
    }
}

extension TrainableFamily {
    /// Measures a training, and if too few steps fit into the hours, cheaper ones; then trains the first with enough
    /// steps, or else the cheapest.
    static func train(
        _ session: TrainingSession, for hours: Double, on data: Source?, _ options: Options
    ) throws -> TrainingRun {
        let start = Console.uptime()
        var best: (session: TrainingSession, measurement: SpeedMeasurement)?
        for economy in session.resumes ? [.none] : economies(options) {
            let cheaper = session.saving(by: economy)
            let measurement = SpeedMeasurement(limit: min(hours * 72, 60), now: session.clock)
            do {
                _ = try train(cheaper.measuring(with: measurement), on: data, options)
            } catch TrainingRequestError.impossibleSetting(_) where best != nil {
                continue
            }
            if let found = best?.measurement, measurement.stepSeconds > 0.8 * found.stepSeconds { continue }
            best = (cheaper, measurement)
            let enough = Double(measurement.options.steps) * Economy.leastShare
            if Double(measurement.steps(in: hours * 3600)) >= enough { break }
            if session.ranks.first(Console.uptime() - start) > hours * 3600 * Economy.measuringShare { break }
        }
        guard let best else { return try train(session, on: data, options) }
        return try train(best.session.keeping(hours, best.measurement), on: data, options)
    }
}
