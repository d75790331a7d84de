import Cluster
import TestSupport
import Testing

@testable import Training

/// How a batch is divided among shards and ranks.
@Suite struct DivisionTests {
    @Test func shardsOfARankAreNeighbors() throws {
        let own = try ThreadCommunicator.together(4) { try Division($0, shards: 8, batch: 16).own }
        #expect(own == [0..<2, 2..<4, 4..<6, 6..<8])
    }

    @Test func withoutANumberEveryRankHasOneShard() throws {
        let divisions = try ThreadCommunicator.together(3) { try Division($0, shards: nil, batch: 6) }
        #expect(divisions.allSatisfy { $0.shards == 3 && $0.each == 1 && $0.sums == .float32 })
        #expect(try Division(Alone(), shards: nil, batch: nil).isNone)
    }

    @Test func aBatchThatHasNoEqualPartsIsRefused() {
        #expect(throws: DivisionError.batch(10, shards: 4, isChosen: true)) {
            try Division(Alone(), shards: 4, batch: 10)
        }
        #expect("\(DivisionError.batch(10, shards: 4, isChosen: true))".contains("Batches of 8 or 12 can."))
        #expect("\(DivisionError.batch(3, shards: 4, isChosen: false))".contains("Batches of 4 can."))
        #expect(throws: DivisionError.noBatch) { try Division(Alone(), shards: 2, batch: nil) }
    }

    @Test(arguments: [(2, 3), (2, 6), (4, 2), (3, 4)])
    func shardsThatWouldChangeTheOrderOfSumsAreRefused(_ ranks: Int, _ shards: Int) throws {
        let refusals = try ThreadCommunicator.together(ranks) { communicator in
            #expect(throws: DivisionError.shards(shards, ranks: ranks)) {
                try Division(communicator, shards: shards, batch: 12)
            }
        }
        #expect(refusals.count == ranks)
    }

    @Test func numbersOfAllShardsComeInTheirOrder() throws {
        let all = try ThreadCommunicator.together(2) { communicator in
            let division = try Division(communicator, shards: 4, batch: 4)
            return division.gather(division.own.map { [Float($0), Float(10 * $0)] })
        }
        #expect(all == [[[0, 0], [1, 10], [2, 20], [3, 30]], [[0, 0], [1, 10], [2, 20], [3, 30]]])
    }

    private struct Failure: Error, CustomStringConvertible { var description: String { "no luck" } }

    @Test func aPartThatFailsIsKnownToAllRanks() throws {
        let words = try ThreadCommunicator.together(3) { ranks -> String in
            do {
                let part = Result<Int, any Error> { if ranks.rank == 1 { throw Failure() } else { 7 } }
                return "\(try ranks.agree(on: part))"
            } catch { return "\(type(of: error)): \(error)" }
        }
        let others = "ClusterError: rank 1: no luck"
        #expect(words == [others, "Failure: no luck", others])
        #expect(try ThreadCommunicator.together(2) { try $0.agree(on: .success($0.rank)) } == [0, 1])
    }

    @Test func runsThatKeepTheirBitsNeitherRoundNorSynchronize() throws {
        #expect(throws: DivisionError.roundedShards) {
            try Division(Alone(), shards: 4, batch: 8, gradients: .bfloat16)
        }
        #expect(try Division(Alone(), shards: 4, batch: 8, gradients: .float32).sums == .float32)
        let kinds = try ThreadCommunicator.together(2) {
            try Division($0, shards: nil, batch: 8, gradients: .bfloat16).sums
        }
        #expect(kinds == [.bfloat16, .bfloat16])
    }
}
