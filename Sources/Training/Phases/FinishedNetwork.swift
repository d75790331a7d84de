import Layers
import TensorCore

/// The network that images are made with: the averaged weights of a network in training, with batch statistics taken
/// afresh for them. Those that training gathered belong to the weights as they were then.
package final class FinishedNetwork<Network> {
    private let network: Network
    private let player: Player
    private let make: () -> Network
    private let module: (Network) -> any Module
    private let calibrate: ((Network, _ batch: Int) throws -> Void)?
    /// Made when it is first asked for: steps alone do not need it.
    private var twin: Network?
    private var isCurrent = false

    /// How many batches statistics are taken from.
    private static var calibrationBatches: Int { 40 }

    /// - Parameters:
    ///   - network: the one in training.
    ///   - player: of that network.
    ///   - module: the same network, as a module.
    ///   - calibrate: shows the network a batch in ``ForwardMode/calibration(_:)``; nil where it needs no statistics.
    ///   - make: another network of the same make.
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

    /// To be called when the weights have changed.
    package func outdate() { isCurrent = false }

    /// The network as of now: the one in training where nothing sets it apart.
    package func current() throws -> Network {
        guard player.average != nil || calibrate != nil else { return network }
        let twin = self.twin ?? make()
        if isCurrent { return twin }
        self.twin = twin
        try module(twin).load(player.average?.state() ?? player.network.state())
        if let calibrate {
            for number in 0..<Self.calibrationBatches { try calibrate(twin, number) }
        }
        isCurrent = true
        return twin
    }
}
