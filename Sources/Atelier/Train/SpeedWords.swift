import Foundation
import Training

/// What is told of the time that a training takes.
enum SpeedWords {
    /// Such as “2.1 s a step: 1700 steps fit in 1 hour”.
    static func fitting(_ steps: Int, in hours: Double, _ measurement: SpeedMeasurement, isMore: Bool) -> String {
        let time = hours == 1 ? "1 hour" : "\(number(hours)) hours"
        return "\(number(measurement.stepSeconds)) s a step: \(steps) \(isMore ? "more " : "")"
            + "\(steps == 1 ? "step fits" : "steps fit") in \(time)"
    }

    /// What makes steps faster.
    static let few =
        "few steps teach little; smaller images, narrower networks, a smaller batch or more time would make them more"

    /// Two or three digits that matter.
    private static func number(_ value: Double) -> String {
        String(format: value < 1 ? "%.2g" : value < 100 ? "%.3g" : "%.0f", value)
    }
}
