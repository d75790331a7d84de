import Models
import Training

/// An upscaler and how it is trained.
public struct SuperResolutionConfiguration: CheckedSettings, Sendable, Hashable {
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

    /// Refuses impossible networks and trainings.
    package func check() throws(ParameterError) {
        try ParameterError.check(in: "generator") { () throws(ParameterError) in try generator.configuration.check() }
        guard let training else { return }
        let (frame, channels) = (training.frame, generator.inputChannels)
        guard frame.scale == generator.scale else {
            throw ParameterError("training.frame.scale is \(frame.scale), and the generator's is \(generator.scale)")
        }
        guard channels == 1 || channels == 3, frame.channels == channels, generator.outputChannels == channels else {
            throw ParameterError(
                "training.frame.channels is \(frame.channels), it must be 1 or 3 as on both sides of the generator")
        }
        try ParameterError.check(in: "training") { () throws(ParameterError) in try training.check() }
        let multiple = generator.configuration.multiple * frame.scale
        guard frame.cropSize % multiple == 0 else {
            throw ParameterError(
                "training.frame.cropSize is \(frame.cropSize), it must be a multiple of \(multiple) for "
                    + "\(generator.configuration)")
        }
    }

    /// Takes a change of the training.
    package mutating func apply(_ change: RunChange) {
        var settings = training ?? UpscalerTrainingSettings()
        switch change {
        case .batchSize(let count): settings.batchSize = count
        case .learningRate(let rate):
            (settings.pixel.learningRate, settings.adversarial.learningRate) = (rate, rate)
            let own = settings.adversarial.discriminatorLearningRate
            settings.adversarial.discriminatorLearningRate = own.map { _ in rate }
        case .precision(let kind): settings.precision = kind
        case .data: break
        }
        training = settings
    }

    /// The manifest for model folders.
    package func manifest(name: String, provenance: [String: String]) throws -> ModelManifest {
        try ModelManifest(generator.configuration, name: name, provenance: provenance)
            .recording(training ?? UpscalerTrainingSettings())
    }
}
