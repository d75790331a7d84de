import Cluster
import TensorCore

/// The ranks of a training as those who compute the other parts of a batch.
final class RankPeers: BatchPeers {
    private let communicator: any Communicator

    init(_ communicator: any Communicator) { self.communicator = communicator }

    var share: Share { Share(index: communicator.rank, count: communicator.count) }

    func sum(_ numbers: [Double]) -> [Double] { communicator.sum(numbers) }
}
