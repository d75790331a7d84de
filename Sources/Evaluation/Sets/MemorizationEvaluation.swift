import Files
import Foundation

/// Whether a generator repeats the images that it learned from.
public struct MemorizationEvaluation: Codable, Sendable, Equatable {
    /// A generated image and its nearest training image.
    public struct Pair: Codable, Sendable, Equatable {
        /// The seed of the image, or its file.
        public let sample: String
        /// The class that was asked for; nil for generators without classes.
        public let className: String?
        /// The file of the training image.
        public let training: String
        /// The distance between both.
        public let distance: Double
        /// The distance from the training image to its nearest other training image.
        public let trainingDistance: Double

        package init(
            sample: String, className: String?, training: String, distance: Double, trainingDistance: Double
        ) {
            (self.sample, self.className, self.training) = (sample, className, training)
            (self.distance, self.trainingDistance) = (distance, trainingDistance)
        }
    }

    /// A figure of generated images, beside the same of real images that were not learned from.
    public struct Figure: Codable, Sendable, Equatable {
        /// Of generated images.
        public let samples: Double
        /// Of real test images; nil if the dataset has none.
        public let test: Double?
    }

    /// How many images were generated.
    public let sampleCount: Int
    /// How many images were learned from.
    public let trainingCount: Int
    /// How many real images were not learned from; 0 if the dataset has no test part.
    public let testCount: Int
    /// The name of the features. Distances in different features cannot be compared.
    public let features: String
    /// The share of images that are nearer to their nearest training image than that is to its nearest other one.
    public let copied: Figure
    /// The share of images that are nearer to a training image than 99 % of training images are to others.
    public let nearCopies: Figure
    /// The distance that a near copy has at most.
    public let nearCopyDistance: Double
    /// The median distance to the nearest training image.
    public let medianDistance: Figure
    /// The median distance from a training image to its nearest other one.
    public let medianTrainingDistance: Double
    /// The probability that a generated image is nearer to the training images than a real test image is: 0.5 is like
    /// new images; nil without test images.
    public let nearerThanTest: Double?
    /// The generated images that are nearest to a training image, the nearest first.
    public let nearest: [Pair]

    /// - Parameters:
    ///   - found: the distances.
    ///   - features: the name of the features.
    ///   - nearest: the nearest pairs.
    package init(_ found: Memorization, features: String, nearest: [Pair]) {
        func median(_ neighbors: [NearestNeighbor]) -> Double? {
            Memorization.quantile(0.5, of: neighbors.map(\.distance))
        }
        (sampleCount, trainingCount, testCount) = (found.samples.count, found.training.count, found.test.count)
        self.features = features
        copied = Figure(samples: found.copiedShare(of: found.samples) ?? 0, test: found.copiedShare(of: found.test))
        nearCopies = Figure(
            samples: found.nearCopyShare(of: found.samples) ?? 0, test: found.nearCopyShare(of: found.test))
        nearCopyDistance = found.nearCopyDistance
        medianDistance = Figure(samples: median(found.samples) ?? 0, test: median(found.test))
        medianTrainingDistance = median(found.training) ?? 0
        nearerThanTest = found.nearerThanTest
        self.nearest = nearest
    }

    /// The figures as text for the user.
    public var text: String {
        func line(_ name: String, _ figure: Figure, _ format: String, _ scale: Double) -> String {
            let test = figure.test.map { "   (real test images " + String(format: format, $0 * scale) + ")" } ?? ""
            return name + String(format: format, figure.samples * scale) + test
        }
        var lines = [
            "\(counted(sampleCount, "generated image")) beside \(counted(trainingCount, "training image")), in the "
                + "features of \(features)",
            line("copied           ", copied, "%.1f %%", 100),
            line("near copies      ", nearCopies, "%.1f %%", 100),
            line("median distance  ", medianDistance, "%.3f", 1)
                + String(format: "   (between training images %.3f)", medianTrainingDistance),
        ]
        if let nearerThanTest {
            lines.append(
                String(
                    format: "nearer than test %.3f   (0.5 is like new real images, 1 is learned by heart)",
                    nearerThanTest))
        }
        guard !nearest.isEmpty else { return lines.joined(separator: "\n") }
        lines.append("The nearest pairs:")
        for pair in nearest {
            let name = pair.className.map { "\(pair.sample) (\($0))" } ?? pair.sample
            lines.append(String(format: "  %.3f  %@  %@", pair.distance, name, pair.training))
        }
        return lines.joined(separator: "\n")
    }
}
