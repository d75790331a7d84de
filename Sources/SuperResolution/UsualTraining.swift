import Layers

extension UpscalerTrainingSettings {
    /// The usual settings for a network. SRResNet, MSRResNet, RRDBNet and SRVGG are trained as in the papers; the
    /// community's networks as in the templates of traiNNer-redux: Charbonnier's loss in the first stage, learning rates
    /// that are halved in steps, and half the rate in the second stage, for both networks.
    package init(for generator: UpscalerArchitecture) {
        self.init()
        let ofPapers = ["srresnet", "msrresnet", "rrdb", "compact"]
        guard !ofPapers.contains(generator.network.id) else { return }
        pixel.loss = .charbonnier
        pixel.decay = .multistep
        adversarial.learningRate = 1e-4
        adversarial.discriminatorLearningRate = 1e-4
        adversarial.decay = .multistep
    }
}
