import Models

/// An upscaler and how it is trained.
public struct SuperResolutionConfiguration: Codable, Sendable, Hashable {
    /// `sr`.
    package static let kind = "sr"

    /// The network that upscales.
    public var generator = UpscalerArchitecture()
    /// How it is trained; nil for the defaults.
    public var training: UpscalerTrainingSettings?

    /// The factor by which the network's result is resized at the end; nil for none.
    package var resize: Double? { generator.parameters.resize == 1 ? nil : generator.parameters.resize }

    /// The defaults of every property.
    package init() {}

    /// The manifest for model folders.
    package func manifest(name: String, provenance: [String: String]) throws -> ModelManifest {
        try ModelManifest(generator.configuration, name: name, provenance: provenance)
            .recording(training ?? UpscalerTrainingSettings())
    }
}
