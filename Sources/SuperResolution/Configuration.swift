import Models

/// An upscaler and how it is trained.
public struct SuperResolutionConfiguration: Codable, Sendable, Hashable {
    /// `sr`.
    public static let kind = "sr"

    /// The network that upscales.
    public var generator = UpscalerArchitecture()
    /// How it is trained; nil for what is usual.
    public var training: UpscalerTrainingSettings?

    /// What the network's result is resized by at the end; nil leaves it as it is.
    public var resize: Double? { generator.parameters.resize == 1 ? nil : generator.parameters.resize }

    /// The defaults of every property.
    public init() {}

    /// What is written to model folders.
    package func manifest(name: String, provenance: [String: String]) throws -> ModelManifest {
        try ModelManifest(generator.configuration, name: name, provenance: provenance)
            .recording(training ?? UpscalerTrainingSettings())
    }
}
