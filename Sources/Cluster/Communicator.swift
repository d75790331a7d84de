import Glibc

/// Processes that compute together, each of them one rank. All ranks call the same methods in the same order; a call
/// returns when the others have called it, too.
package protocol Communicator: AnyObject, Sendable {
    /// The number of this process, from 0.
    var rank: Int { get }
    /// How many processes there are.
    var count: Int { get }
    /// Seconds that this process has waited for others and for the network so far.
    var waited: Double { get }

    /// What every rank gives, by rank.
    func gather(_ bytes: [UInt8]) -> [[UInt8]]
    /// Begins to gather numbers, equally many from every rank, and returns at once.
    func beginGather(_ numbers: [Float]) -> any PendingGather
    /// What the first rank gives.
    func broadcast(_ bytes: [UInt8]) -> [UInt8]
    /// The sums over all ranks, of equally many numbers from each.
    func sum(_ numbers: [Double]) -> [Double]
    /// Begins to replace numbers by their sums over all ranks times a factor, and returns at once. Equally many numbers must
    /// come from every rank, and stay in their place until the sum is finished.
    func beginSum(
        of numbers: UnsafeMutableBufferPointer<Float>, times factor: Float, _ kind: SumKind
    ) -> any PendingSum
    /// Lets the sums that have begun go on, if the library needs the processor for that.
    func advance()
    /// Takes leave of the other ranks at the end.
    func finish()
    /// Ends the processes of all ranks.
    func abort(code: Int32) -> Never
}

/// A sum over all ranks that has begun.
package protocol PendingSum {
    /// Waits for the sum.
    func finish()
}

/// What every rank gives, on its way.
package protocol PendingGather {
    /// Waits for the numbers of all ranks, by rank.
    func finish() -> [[Float]]
}

extension Communicator {
    /// Whether this is the rank that writes and talks.
    package var isFirst: Bool { rank == 0 }

    /// Whether it is so on any rank.
    package func any(_ condition: Bool) -> Bool {
        count > 1 ? gather([condition ? 1 : 0]).contains([1]) : condition
    }
}

/// A process on its own.
package final class Alone: Communicator {
    package let rank = 0
    package let count = 1
    package let waited = 0.0

    /// The only rank.
    package init() {}

    package func gather(_ bytes: [UInt8]) -> [[UInt8]] { [bytes] }
    package func beginGather(_ numbers: [Float]) -> any PendingGather { Own(numbers: numbers) }
    package func broadcast(_ bytes: [UInt8]) -> [UInt8] { bytes }
    package func sum(_ numbers: [Double]) -> [Double] { numbers }
    package func beginSum(
        of numbers: UnsafeMutableBufferPointer<Float>, times factor: Float, _: SumKind
    ) -> any PendingSum {
        for index in numbers.indices { numbers[index] *= factor }
        return Done()
    }
    package func advance() {}
    package func finish() {}
    package func abort(code: Int32) -> Never { exit(code) }

    private struct Done: PendingSum {
        func finish() {}
    }

    private struct Own: PendingGather {
        let numbers: [Float]

        func finish() -> [[Float]] { [numbers] }
    }
}
