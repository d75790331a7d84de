import Evaluation
import Foundation
import ImageData
import Layers
import SuperResolution
import TensorCore
import Training

/// Upscalers that learn from photos: first pixel by pixel, then against a discriminator (Ledig et al. 2017).
public enum SuperResolution: TrainableFamily {
    /// How an upscaler is trained. What is nil is as usual, or as recorded where a run goes on.
    public struct Options: TrainingRequest {
        /// True small versions of the photos, under the same names, a folder for each folder of photos; empty where they
        /// are made.
        public var smallVersions: [String] = []
        /// Photos to show and measure, not to learn from; nil for one in twenty, sixteen at most.
        public var heldPhotos: String?
        /// Memory for decoded photos, in bytes; the rest are decoded again when needed.
        public var cacheBytes = 1 << 30
        /// The upscaler whose network and weights the training begins with.
        public var start: String?
        /// What the perceptual loss of the second stage is taken in.
        public var perception = Perception.usual
        /// Steps of the first stage, pixel by pixel.
        public var steps: Int?
        /// Steps of the second stage, against a discriminator; 0 leaves it out.
        public var adversarialSteps: Int?
        /// How the run is kept and watched.
        public var run = RunSettings()
        /// Changes any other setting; a run that goes on refuses most changes.
        public var adjust: (inout SuperResolutionConfiguration) -> Void = { _ in }

        /// As usual.
        public init() {}

        /// Numbers of steps, and changes to other settings.
        public init(
            steps: Int, adversarialSteps: Int? = nil,
            adjust: @escaping (inout SuperResolutionConfiguration) -> Void = { _ in }
        ) {
            self.steps = steps
            self.adversarialSteps = adversarialSteps
            self.adjust = adjust
        }
    }

    /// What a perceptual loss is taken in.
    public enum Perception: Sendable, Equatable {
        /// A network of our own where it can be found, otherwise none; what the run knows where one goes on.
        case usual
        /// None.
        case none
        /// A classifier by name or folder, or a file of PyTorch's weights of VGG.
        case network(String)
    }

    /// What is told when the second stage goes without a perceptual loss.
    package static let noPerceptualLoss = "there is no perceptual loss in the second stage"

    /// Trains on folders of photos of any size, with all that lies below them.
    public static func train(
        _ session: TrainingSession, on data: [String]?, _ options: Options
    ) throws -> TrainingRun {
        try UpscalerTraining(session: session, options: options).run(on: data)
    }

    /// Trains an upscaler on one folder of photos; see ``TrainableFamily/train(on:to:_:telling:isCanceled:)``.
    @discardableResult
    public static func train(
        on photos: String, to run: String, _ options: Options = Options(),
        telling tell: @escaping (TrainingEvent) -> Void = { _ in },
        isCanceled: @escaping () -> Bool = { Task.isCancelled }
    ) throws -> TrainingRun {
        try train(on: [photos], to: run, options, telling: tell, isCanceled: isCanceled)
    }
}
