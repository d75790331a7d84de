import Cluster
import TensorCore

/// How the batch of a step is divided: into shards of one size, and these among ranks. Every shard has a loss and
/// gradients of its own; the step takes their means.
///
/// The number of shards decides the bits, because statistics of batches are those of a shard, and sums are rounded. The
/// number of ranks does not, if sums keep their order.
package struct Division: Sendable {
    /// How many shards a batch has.
    package let shards: Int
    /// The ranks, of which every one has as many shards.
    package let communicator: any Communicator
    /// How the gradients of the ranks travel.
    package let sums: SumKind
    /// The ranks, if batch normalization uses the statistics of the whole batch.
    let peers: (any BatchPeers)?
    /// Of the gradients that travel.
    let bucketMemory = BucketMemory()

    /// One shard on one rank.
    package static let none = Division()

    private init() { (shards, communicator, sums, peers) = (1, Alone(), .float32, nil) }

    /// - Parameters:
    ///   - shards: how many shards a batch has; nil for as many as there are ranks.
    ///   - batch: samples in a batch; nil if a step has no such number.
    ///   - synchronizes: whether batch normalization uses the statistics of the whole batch.
    ///   - gradients: the precision in which gradients travel; nil for float32.
    /// - Throws: ``DivisionError``.
    package init(
        _ communicator: any Communicator, shards: Int?, batch: Int?, synchronizes: Bool = false,
        gradients: Precision? = nil
    ) throws(DivisionError) {
        let isRounded = gradients == .bfloat16
        if isRounded, shards != nil { throw .roundedShards }
        if synchronizes, shards != nil { throw .synchronizedShards }
        let ranks = communicator.count
        let count = shards ?? ranks
        let each = count / ranks
        guard count % ranks == 0 else { throw .shards(count, ranks: ranks) }
        // Sums of neighbors that one rank adds are parts of the whole sum only then.
        guard ranks == 1 || each & (each - 1) == 0 else { throw .shards(count, ranks: ranks) }
        if count > 1 {
            guard let batch else { throw .noBatch }
            guard batch % count == 0 else { throw .batch(batch, shards: count, isChosen: shards != nil) }
        }
        (self.shards, self.communicator) = (count, communicator)
        sums = isRounded ? .bfloat16 : .float32
        peers = synchronizes && ranks > 1 ? RankPeers(communicator) : nil
    }

    /// What makes a mean of the sum of all shards.
    var scale: Float { 1 / Float(shards) }
    /// Whether a batch stays in one piece.
    var isNone: Bool { shards == 1 }
    /// Shards on each rank.
    var each: Int { shards / communicator.count }
    /// The shards of this rank.
    var own: Range<Int> { communicator.rank * each..<(communicator.rank + 1) * each }

    /// Begins to gather numbers of all shards, from those of this rank, and returns at once. Every shard has equally many.
    ///
    /// - Returns: waits for them.
    func beginGather(_ own: [[Float]]) -> () -> [[Float]] {
        guard let size = own.first?.count, size > 0 else { return { own } }
        let pending = communicator.beginGather(own.flatMap { $0 })
        return { pending.finish().flatMap { Self.pieces(of: $0, size) } }
    }

    /// Numbers of all shards, from those of this rank. Every shard has equally many.
    func gather<Number: BitwiseCopyable>(_ own: [[Number]]) -> [[Number]] {
        guard communicator.count > 1, let size = own.first?.count, size > 0 else { return own }
        let bytes = own.flatMap { $0 }.withUnsafeBytes { [UInt8]($0) }
        return communicator.gather(bytes).flatMap { bytes in
            let numbers = bytes.withUnsafeBytes { [Number]($0.assumingMemoryBound(to: Number.self)) }
            return Self.pieces(of: numbers, size)
        }
    }

    private static func pieces<Number>(of numbers: [Number], _ size: Int) -> [[Number]] {
        stride(from: 0, to: numbers.count, by: size).map { Array(numbers[$0..<$0 + size]) }
    }
}

/// Why a batch cannot be divided.
public enum DivisionError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The batch has no shards of one size.
    case batch(Int, shards: Int, isChosen: Bool)
    /// The shards cannot be distributed over the ranks.
    case shards(Int, ranks: Int)
    /// The task has no batches.
    case noBatch
    /// Batch normalization cannot use the statistics of shards that are computed one after another.
    case synchronizedShards
    /// Gradients that travel in bfloat16 depend on the number of ranks.
    case roundedShards

    /// The reason in words.
    public var description: String {
        switch self {
        case .batch(let batch, let shards, let isChosen):
            let near = [batch / shards * shards, (batch / shards + 1) * shards].filter { $0 > 0 }
            return """
                A batch of \(batch) cannot be divided into \(shards) equal parts\(isChosen ? "" : ", one for each rank"). \
                Batches of \(near.map(String.init).joined(separator: " or ")) can.
                """
        case .shards(let shards, let ranks):
            return """
                \(shards) shards of a batch cannot be divided among \(ranks) ranks: each needs one, two, four, or a further \
                power of two. \(ranks) shards can.
                """
        case .noBatch: return "This training has no batches that ranks could share."
        case .synchronizedShards:
            return """
                Batch normalization cannot use the statistics of the whole batch in a run that gives the same bits on any \
                number of ranks: the shards of a rank are computed one after another, each with statistics of its own.
                """
        case .roundedShards:
            return """
                Gradients cannot travel in bfloat16 in a run that gives the same bits on any number of ranks: on one rank, \
                they do not travel.
                """
        }
    }
}

/// A training whose batches can be divided.
package protocol DivisibleTask: TrainingTask {
    /// How they are divided. The images of a rank are those of its shards.
    var division: Division { get set }
}

/// A training whose evaluations can be shared.
package protocol SharedEvaluationTask: TrainingTask {
    /// Whether all ranks evaluate together. Otherwise, the first one does.
    var sharesEvaluation: Bool { get }
}
