import ImageData
import TensorCore

/// The images of each step by shard. A rank has those of its own shards in one batch.
package final class StepImages<Images: DivisibleBatch> {
    private let batch: (Int) throws -> Images
    private var latest: (number: Int, images: Images)?

    /// - Parameter batch: the images of this rank by batch number.
    package init(_ batch: @escaping (Int) throws -> Images) { self.batch = batch }

    /// The images of a batch that belong to a shard.
    package func callAsFunction(_ number: Int, _ context: StepContext) throws -> Images {
        guard context.ownShare.count > 1 else { return try batch(number) }
        let images = try latest.flatMap { $0.number == number ? $0.images : nil } ?? batch(number)
        latest = context.ownShare.index == context.ownShare.count - 1 ? nil : (number, images)
        return images.part(context.ownShare)
    }
}
