import Cluster
import Models
import TensorCore
import Training

extension ObservedImages {
    /// Looks at `count` images of a generator together with other ranks, each of which makes a part of them.
    ///
    /// - Returns: what all ranks see, on each of them.
    /// - Throws: what happens here, or `ClusterError.refused` if another rank fails.
    package static func together(
        _ ranks: TrainingRanks, _ networks: EvaluationNetworks, generator: any ImageGenerator, count: Int,
        firstSeed: UInt64
    ) throws -> ObservedImages {
        let (rank, all) = (ranks.communicator.rank, ranks.communicator.count)
        let part = count * rank / all..<count * (rank + 1) / all
        let own = Result {
            try ObservedImages(networks, generator: generator, count: count, firstSeed: firstSeed, part: part)
        }
        let seen = try ranks.communicator.agree(on: own)
        return ranks.areSeveral ? seen.joined(by: ranks.communicator) : seen
    }

    private func joined(by communicator: any Communicator) -> ObservedImages {
        func gathered<Number: BitwiseCopyable>(_ numbers: [Number]) -> [Number] {
            communicator.gather(numbers.withUnsafeBytes { [UInt8]($0) }).flatMap { bytes in
                bytes.withUnsafeBytes { [Number]($0.assumingMemoryBound(to: Number.self)) }
            }
        }
        let rows = gathered(features.values)
        let width = features.shape[1]
        return ObservedImages(
            features: Tensor(rows, shape: [rows.count / max(width, 1), width]), recognized: gathered(recognized),
            intended: gathered(intended))
    }
}
