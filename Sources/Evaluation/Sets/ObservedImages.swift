import ImageData
import Models
import TensorCore

/// What networks see in a set of images: features, recognized classes, and the intended classes.
package struct ObservedImages {
    /// `[N, width]`.
    package let features: Tensor
    /// The class with the largest logit for each of the N; empty without a classifier.
    package let recognized: [Int]
    /// The intended classes; empty if there are none.
    package let intended: [Int]

    /// The number of images.
    package var count: Int { features.shape[0] }

    /// What was seen before.
    package init(features: Tensor, recognized: [Int], intended: [Int]) {
        self.features = features
        self.recognized = recognized
        self.intended = intended
    }

    /// Looks at images in batches.
    ///
    /// - Parameters:
    ///   - networks: the networks that look.
    ///   - batches: calls its argument with images `[N, C, H, W]` in [−1, 1] and their labels, batch by batch.
    package init(
        _ networks: EvaluationNetworks, batches: ((Tensor, [Int]) -> Void) throws -> Void
    ) rethrows {
        var features: [Tensor] = []
        var recognized: [Int] = []
        var intended: [Int] = []
        try batches { images, labels in
            let (rows, classes) = networks.observe(images)
            features.append(rows)
            recognized += classes
            intended += labels
        }
        self.features =
            features.isEmpty
            ? .zeros([0, networks.width]) : Tensor.concatenated(features)
        self.recognized = recognized
        self.intended = intended
    }

    /// Looks at `count` images of a generator, with the classes in turn. Image `i` has the seed `firstSeed + i`. The
    /// images are rounded to 8 bits first, as in files, because the real images are.
    ///
    /// - Parameter part: the numbers of the images; nil for all.
    /// - Throws: `NonFiniteResult` with the seed of an image whose values are NaN or infinite.
    package init(
        _ networks: EvaluationNetworks, generator: any ImageGenerator, count: Int, firstSeed: UInt64 = 0,
        part: Range<Int>? = nil, progress: ((Int) -> Void)? = nil
    ) throws {
        let classes = generator.classNames.count
        let part = part ?? 0..<count
        try self.init(networks) { observe in
            for start in stride(from: part.lowerBound, to: part.upperBound, by: 100) {
                let numbers = start..<min(start + 100, part.upperBound)
                let latents = generator.latents(forSeeds: numbers.map { firstSeed &+ UInt64($0) })
                let labels = classes == 0 ? [] : numbers.map { $0 % classes }
                let images = generator.images(latents: latents, labels: classes == 0 ? nil : labels)
                if !images.isFinite {
                    let broken = numbers.first { number in
                        !images.slice(axis: 0, from: number - start, count: 1).isFinite
                    }
                    throw NonFiniteResult(of: "the image of seed \(firstSeed &+ UInt64(broken ?? start))")
                }
                observe(images.storedIn8Bits.onWhite, labels)
                progress?(numbers.upperBound)
            }
        }
    }

    /// The share of images recognized as their intended class, for each class and overall; nil without intended
    /// classes.
    func recognition(classes: Int) -> (overall: Double, perClass: [Double?])? {
        guard !intended.isEmpty, !recognized.isEmpty, classes > 0 else { return nil }
        var hits = [Int](repeating: 0, count: classes)
        var totals = hits
        for (meant, seen) in zip(intended, recognized) where meant < classes {
            totals[meant] += 1
            if meant == seen { hits[meant] += 1 }
        }
        let perClass = zip(hits, totals).map { $1 == 0 ? nil : Double($0) / Double($1) }
        return (Double(hits.reduce(0, +)) / Double(max(totals.reduce(0, +), 1)), perClass)
    }
}

extension Tensor {
    /// Values from −1 to 1, rounded to 8 bits and back.
    fileprivate var storedIn8Bits: Tensor {
        scaled(by: 127.5, plus: 127.5).clamped(to: 0...255).rounded().scaled(by: 1 / 127.5, plus: -1)
    }
}
