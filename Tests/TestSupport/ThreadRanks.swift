import Cluster
import Foundation

/// A rank that is a thread of this process.
package final class ThreadCommunicator: Communicator, @unchecked Sendable {
    package let rank: Int
    package var count: Int { exchange.count }
    package let waited = 0.0
    private let exchange: Exchange
    /// The number of the next call, which all ranks make in the same order.
    private var call = 0

    fileprivate init(rank: Int, _ exchange: Exchange) { (self.rank, self.exchange) = (rank, exchange) }

    private func nextCall() -> Int {
        defer { call += 1 }
        return call
    }

    package func gather(_ bytes: [UInt8]) -> [[UInt8]] {
        let call = nextCall()
        exchange.give(bytes, from: rank, in: call)
        return exchange.all(of: call)
    }

    package func beginGather(_ numbers: [Float]) -> any PendingGather {
        let call = nextCall()
        exchange.give(numbers.withUnsafeBytes { [UInt8]($0) }, from: rank, in: call)
        return Gather(exchange: exchange, call: call)
    }

    package func broadcast(_ bytes: [UInt8]) -> [UInt8] { gather(bytes)[0] }

    package func sum(_ numbers: [Double]) -> [Double] {
        gather(numbers.withUnsafeBytes { [UInt8]($0) }).reduce([Double](repeating: 0, count: numbers.count)) {
            sums, bytes in
            bytes.withUnsafeBytes { zip(sums, $0.assumingMemoryBound(to: Double.self)).map { $0 + $1 } }
        }
    }

    package func beginSum(
        of numbers: UnsafeMutableBufferPointer<Float>, times factor: Float, _ kind: SumKind
    ) -> any PendingSum {
        let call = nextCall()
        exchange.give([UInt8](UnsafeRawBufferPointer(numbers)), from: rank, in: call)
        return Sum(exchange: exchange, call: call, numbers: numbers, factor: factor, kind: kind)
    }

    package func advance() {}
    package func finish() {}
    package func abort(code: Int32) -> Never { fatalError("rank \(rank) ended with \(code)") }

    private struct Sum: PendingSum {
        let exchange: Exchange
        let call: Int
        let numbers: UnsafeMutableBufferPointer<Float>
        let factor: Float
        let kind: SumKind

        func finish() {
            func arrived(_ number: Float) -> Float { kind == .bfloat16 ? BFloat16(number).number : number }
            let all = exchange.all(of: call).map { bytes in
                bytes.withUnsafeBytes { $0.assumingMemoryBound(to: Float.self).map(arrived) }
            }
            var sum = PairwiseSum<[Float]> { zip($0, $1).map { $0 + $1 } }
            for terms in all { sum.add(terms) }
            _ = numbers.update(fromContentsOf: (sum.total ?? []).map { arrived($0 * factor) })
        }
    }

    private struct Gather: PendingGather {
        let exchange: Exchange
        let call: Int

        func finish() -> [[Float]] {
            exchange.all(of: call).map { bytes in
                bytes.withUnsafeBytes { [Float]($0.assumingMemoryBound(to: Float.self)) }
            }
        }
    }

    /// What the ranks have given in each call.
    fileprivate final class Exchange: @unchecked Sendable {
        let count: Int
        private let condition = NSCondition()
        private var given: [Int: [Int: [UInt8]]] = [:]

        init(count: Int) { self.count = count }

        func give(_ bytes: [UInt8], from rank: Int, in call: Int) {
            condition.withLock {
                given[call, default: [:]][rank] = bytes
                condition.broadcast()
            }
        }

        func all(of call: Int) -> [[UInt8]] {
            condition.withLock {
                while given[call]?.count != count { condition.wait() }
                return given[call]?.sorted { $0.key < $1.key }.map(\.value) ?? []
            }
        }
    }

    /// Runs the same work as several ranks, each on a thread of its own, and returns their results by rank.
    package static func together<Result>(
        _ count: Int, _ work: @escaping @Sendable (any Communicator) throws -> Result
    ) throws -> [Result] {
        let exchange = Exchange(count: count)
        let results = Results<Result>(count: count)
        let group = DispatchGroup()
        for rank in 0..<count {
            group.enter()
            let thread = Thread {
                results.set(Swift.Result { try work(ThreadCommunicator(rank: rank, exchange)) }, rank)
                group.leave()
            }
            thread.stackSize = 8 << 20
            thread.start()
        }
        group.wait()
        return try results.all.map { try $0.get() }
    }

    private final class Results<Value>: @unchecked Sendable {
        private let lock = NSLock()
        private var values: [Result<Value, any Error>?]

        init(count: Int) { values = [Result<Value, any Error>?](repeating: nil, count: count) }

        func set(_ value: Result<Value, any Error>, _ rank: Int) { lock.withLock { values[rank] = value } }
        var all: [Result<Value, any Error>] { lock.withLock { values.compactMap { $0 } } }
    }
}
