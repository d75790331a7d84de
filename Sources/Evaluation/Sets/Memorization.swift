import TensorCore

/// How near generated images come to the images that their generator learned from, in the features of a network.
///
/// A generator that has learned images by heart makes images that are nearer to training images than other real images
/// are. All figures therefore have a counterpart of real images that were not learned from.
package struct Memorization: Sendable {
    /// The nearest training image of each sample.
    package let samples: [NearestNeighbor]
    /// The nearest other training image of each training image.
    package let training: [NearestNeighbor]
    /// The nearest training image of each test image; empty without.
    package let test: [NearestNeighbor]

    /// - Parameters:
    ///   - samples: features of generated images `[n, width]`.
    ///   - training: features of the images that were learned from, at least two.
    ///   - test: features of other real images; nil if there are none.
    package init(samples: Tensor, training: Tensor, test: Tensor? = nil) {
        self.samples = NearestNeighbor.ofEach(samples, in: training)
        self.training = NearestNeighbor.ofEachOther(in: training)
        self.test = test.map { NearestNeighbor.ofEach($0, in: training) } ?? []
    }

    /// The share of images that are at least as near to their nearest training image as that image is to its nearest
    /// other training image: one minus the authenticity of Alaa et al. (2022). Nil without images.
    package func copiedShare(of images: [NearestNeighbor]) -> Double? {
        share(of: images) { $0.distance <= training[$0.index].distance }
    }

    /// The share of images that are at least as near to a training image as the nearest hundredth of training images is
    /// to others. Nil without images.
    package func nearCopyShare(of images: [NearestNeighbor]) -> Double? {
        let limit = nearCopyDistance
        return share(of: images) { $0.distance <= limit }
    }

    /// The 1 % quantile of the distances from training images to their nearest others.
    package var nearCopyDistance: Double { Self.quantile(0.01, of: training.map(\.distance)) ?? 0 }

    /// The probability that a sample is nearer to the training images than a test image is; half for equal ones. 0.5 is
    /// like new real images, 1 says that every sample is nearer (the statistic of Meehan et al. 2020 in one cell). Nil
    /// without samples or test images.
    package var nearerThanTest: Double? {
        guard !samples.isEmpty, !test.isEmpty else { return nil }
        let sorted = test.map(\.distance).sorted()
        let sum = samples.reduce(0.0) { sum, sample in
            let (above, below) = (
                sorted.count - sorted.firstIndex(after: sample.distance), sorted.firstIndex(from: sample.distance)
            )
            return sum + Double(above) + Double(sorted.count - above - below) / 2
        }
        return sum / Double(samples.count) / Double(sorted.count)
    }

    /// The rows of the samples, the nearest to a training image first.
    package var nearestFirst: [Int] {
        samples.indices.sorted { (samples[$0].distance, $0) < (samples[$1].distance, $1) }
    }

    /// A quantile of values, linearly between neighbors; nil without values.
    package static func quantile(_ share: Double, of values: [Double]) -> Double? {
        guard let last = values.indices.last else { return nil }
        let sorted = values.sorted()
        let place = share * Double(last)
        let below = Int(place)
        let above = min(below + 1, last)
        return sorted[below] + (sorted[above] - sorted[below]) * (place - Double(below))
    }

    private func share(of images: [NearestNeighbor], where isNear: (NearestNeighbor) -> Bool) -> Double? {
        images.isEmpty ? nil : Double(images.count(where: isNear)) / Double(images.count)
    }
}

extension [Double] {
    /// The first place of a value that is larger than one, in ascending values.
    fileprivate func firstIndex(after value: Double) -> Int { partition { $0 > value } }

    /// The first place of a value that is at least one, in ascending values.
    fileprivate func firstIndex(from value: Double) -> Int { partition { $0 >= value } }

    private func partition(_ isBehind: (Double) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if isBehind(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
