/// The tasks of models, with one command for each.
public enum ModelTask: String, Sendable, Hashable, CaseIterable {
    /// Generates images from noise and, if it has any, classes.
    case generate
    /// Translates images to others of the same size.
    case translate
    /// Makes images larger.
    case upscale
    /// Recognizes what images show.
    case classify
    /// Measures images; has no network.
    case measure

    /// The name of a model with this task, with its article.
    package var noun: String {
        switch self {
        case .generate: "a generator"
        case .translate: "a translator"
        case .upscale: "an upscaler"
        case .classify: "a classifier"
        case .measure: "a metric"
        }
    }

    /// The name of models with this task.
    package var plural: String { noun.split(separator: " ").dropFirst().joined(separator: " ") + "s" }
}

/// A family of models: those whose `config.json` has one `kind`.
package struct ModelFamily: Sendable, Hashable {
    /// `gan`, `cgan`, `pix2pix`, `sr`, `classifier`, `niqe`.
    package let kind: String
    /// The task of its models.
    package let task: ModelTask
    /// The range of image values of its networks, for input and output.
    package let valueRange: ClosedRange<Double>

    /// By default, image values go from −1 to 1.
    package init(kind: String, task: ModelTask, valueRange: ClosedRange<Double> = -1...1) {
        self.kind = kind
        self.task = task
        self.valueRange = valueRange
    }
}
