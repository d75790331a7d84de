/// What a model is for: one command each.
public enum ModelTask: String, Sendable, Hashable, CaseIterable {
    /// Makes images of noise, and of classes where it knows any.
    case generate
    /// Turns images into others of the same size.
    case translate
    /// Makes images larger.
    case upscale
    /// Recognizes what images show.
    case classify
    /// Measures images; has no network.
    case measure

    /// What a model of the task is called, with its article.
    public var noun: String {
        switch self {
        case .generate: "a generator"
        case .translate: "a translator"
        case .upscale: "an upscaler"
        case .classify: "a classifier"
        case .measure: "a metric"
        }
    }
}

/// A family of models: those whose `config.json` has one `kind`.
public struct ModelFamily: Sendable, Hashable {
    /// `gan`, `cgan`, `pix2pix`, `sr`, `classifier`, `niqe`.
    public let kind: String
    /// What its models are for.
    public let task: ModelTask
    /// The values of the images that its networks take and give.
    public let valueRange: ClosedRange<Double>

    /// Networks take and give values from −1 to 1 unless it is said otherwise.
    public init(kind: String, task: ModelTask, valueRange: ClosedRange<Double> = -1...1) {
        self.kind = kind
        self.task = task
        self.valueRange = valueRange
    }
}
