import Layers
import Memory
import TensorCore

/// The network that makes the images: the averaged weights of a network in training, with batch statistics measured for
/// them, because the statistics of the training belong to other weights.
package final class FinishedNetwork<Network> {
    private let network: Network
    private let player: Player
    private let make: () -> Network
    private let module: (Network) -> any Module
    private let calibrate: ((Network, _ batch: Int) throws -> Void)?
    /// Made when it is first needed; steps do not need it.
    private var twin: Network?
    private var isCurrent = false

    /// The number of batches for measuring statistics.
    private static var calibrationBatches: Int { 40 }

    /// - Parameters:
    ///   - network: the one in training.
    ///   - player: of that network.
    ///   - module: the same network, as a module.
    ///   - calibrate: runs the network on a batch in ``ForwardMode/calibration(_:)``; nil if it needs no statistics.
    ///   - make: makes another network of the same architecture.
    package init(
        of network: Network, _ player: Player, module: @escaping (Network) -> any Module,
        calibrate: ((Network, _ batch: Int) throws -> Void)? = nil, make: @escaping () -> Network
    ) {
        self.network = network
        self.player = player
        self.module = module
        self.calibrate = calibrate
        self.make = make
    }

    /// Call this when the weights have changed.
    package func outdate() { isCurrent = false }

    /// The current network; the one in training if there is no difference.
    package func current() throws -> Network {
        guard player.average != nil || calibrate != nil else { return network }
        let twin = self.twin ?? make()
        if isCurrent { return twin }
        self.twin = twin
        try module(twin).load(player.average?.state() ?? player.network.state())
        if let calibrate {
            for number in 0..<Self.calibrationBatches { try calibrate(twin, number) }
        }
        try MemoryJob.check()
        isCurrent = true
        return twin
    }
}
