import Layers
import TensorCore

/// The update of a phase's players, by gradients that arrive at once or in parts.
///
/// If there are no other references to the parameters' values, they are updated in place.
struct PhaseUpdate {
    private let players: [Player]
    /// What has arrived, for the norms; nil if nobody asks for them.
    private var arrived: [Tensor?]?

    /// Begins it.
    init(_ players: [Player], measuring: Bool) {
        self.players = players
        let count = players.map(\.optimizer.parameters.count).reduce(0, +)
        arrived = measuring ? [Tensor?](repeating: nil, count: count) : nil
        for player in players { player.optimizer.begin() }
    }

    /// Moves parameters of all players by their gradients, which are nil for those that arrive at another time.
    mutating func move(_ gradients: [Tensor?]) {
        for (player, own) in divided(gradients) { player.optimizer.move(own) }
        for (number, gradient) in gradients.enumerated() where gradient != nil { arrived?[number] = gradient }
    }

    /// Records the norm of each player's gradients.
    func noteNorms(_ record: StepRecord) {
        guard let arrived else { return }
        for (player, own) in divided(arrived) { record.note(.gradientNorm, player.role, globalNorm(of: own)) }
    }

    private func divided(_ gradients: [Tensor?]) -> [(player: Player, gradients: [Tensor?])] {
        var rest = gradients[...]
        return players.map { player in
            let count = player.optimizer.parameters.count
            defer { rest = rest.dropFirst(count) }
            return (player, Array(rest.prefix(count)))
        }
    }
}
