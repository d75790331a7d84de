import Evaluation
import Foundation
import ImageData
import ImageFiles
import Models
import TensorCore

/// Compares generated images with the images that their generator learned from, in the features of a network.
struct MemorizationMeasurement {
    let data: String
    let networks: EvaluationNetworks
    let options: EvaluationOptions
    let tell: (WorkEvent) -> Void

    /// A generated image, made or read again where it is needed.
    private struct Sample {
        let name: String
        let className: String?
        let image: () throws -> Image
    }

    /// Measures images that a model makes: with the classes in turn, image `i` of the seed `firstSeed + i`.
    ///
    /// - Throws: `NonFiniteResult` for an image whose values are NaN or infinite.
    func measure(_ generator: any ImageGenerator) throws -> EvaluationReport {
        let (width, height) = generator.imageSize
        let classes = generator.classNames
        func note(_ done: Int) { tell(.progress(WorkProgress("generating", done, of: options.sampleCount))) }
        note(0)
        let observed = try ObservedImages(
            networks, generator: generator, count: options.sampleCount, firstSeed: options.firstSeed,
            progress: note)
        return try compared(observed.features, ImageSize(width: width, height: height)) { row in
            let seed = options.firstSeed &+ UInt64(row)
            let label = classes.isEmpty ? nil : row % classes.count
            return Sample(name: "seed \(seed)", className: label.map { classes[$0] }) {
                let latents = generator.latents(forSeeds: [seed])
                return Image(generator.images(latents: latents, labels: label.map { [$0] }))
            }
        }
    }

    /// Measures images that were generated before.
    func measure(_ images: any ImageDataset) throws -> EvaluationReport {
        let size = images.typicalSize
        let seen = try images.seen(by: networks, size: size, "looking at generated images", tell)
        return try compared(seen.images.features, size) { row in
            let index = seen.indices[row]
            let className = images.isLabeled ? images.classNames[images.label(index)] : nil
            return Sample(name: images.name(index), className: className) { try images.image(index) }
        }
    }

    private func compared(
        _ samples: Tensor, _ size: ImageSize, _ sample: (Int) -> Sample
    ) throws -> EvaluationReport {
        guard samples.shape[0] > 0 else { throw RequestError("There is no generated image that can be read.") }
        let training = try DatasetReader.open(data, options: DatasetOptions(limitPerClass: options.limitPerClass))
        let test = try DatasetReader.openTest(data)
        let known = try training.seen(by: networks, size: size, "looking at training images", tell)
        guard known.images.count > 1 else {
            throw RequestError("\(data) has only \(known.images.count) training image that can be read.")
        }
        let others = try test?.observed(by: networks, size: size, "looking at test images", tell)
        let found = Memorization(
            samples: samples, training: known.images.features, test: others?.features)

        var (pairs, shown, captions) = ([MemorizationEvaluation.Pair](), [Image](), [String]())
        for row in found.nearestFirst.prefix(options.nearestPairs) {
            let (near, made) = (found.samples[row], sample(row))
            let index = known.indices[near.index]
            pairs.append(
                MemorizationEvaluation.Pair(
                    sample: made.name, className: made.className, training: training.name(index),
                    distance: near.distance, trainingDistance: found.training[near.index].distance))
            guard options.makesSheet else { continue }
            let frame = ImageFrame(
                width: size.width, height: size.height, channels: training.channels,
                fit: training.imageSize == size ? .squeeze : .crop)
            shown += [try made.image(), frame.frame(try training.image(index)).converted8()]
            captions.append(String(format: "%.3f", near.distance))
        }
        return EvaluationReport(
            .memorization(MemorizationEvaluation(found, features: networks.featuresName, nearest: pairs)),
            sheet: shown.isEmpty ? nil : SampleSheet.make(images: shown, columns: 2, labels: captions))
    }
}
