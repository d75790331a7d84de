import Cluster
import TestSupport
import Testing

@testable import Training

/// Figures that the ranks of a training measure together.
@Suite struct SharedFiguresTests {
    private static let items = [0.1, 0.7, 1e-9, 3.3, 12.7]

    private static func means(_ communicator: any Communicator, over items: [Double]) throws -> [String: Double] {
        try Division(communicator, shards: nil, batch: 12).means(over: items) { ["root": $0.squareRoot(), "same": $0] }
    }

    @Test(arguments: [2, 3, 4])
    func anyNumberOfRanksGivesTheSameBits(ranks: Int) throws {
        let alone = try Self.means(Alone(), over: Self.items)
        #expect(alone["same"] == Self.items.reduce(0, +) / 5)
        for means in try ThreadCommunicator.together(ranks, { try Self.means($0, over: Self.items) }) {
            #expect(means == alone)
        }
    }

    @Test func everyItemIsMeasuredOnce() throws {
        let measured = try ThreadCommunicator.together(2) { communicator in
            var own: [Int] = []
            _ = try Division(communicator, shards: nil, batch: 2).means(over: Array(0..<5)) {
                own.append($0)
                return ["number": Double($0)]
            }
            return own
        }
        #expect(measured == [[0, 2, 4], [1, 3]])
    }

    @Test func ranksWithoutItemsWaitForNobody() throws {
        let few = try ThreadCommunicator.together(4) { try Self.means($0, over: [4, 9]) }
        #expect(few == [["root": 2.5, "same": 6.5], ["root": 2.5, "same": 6.5], [:], [:]])
        #expect(try ThreadCommunicator.together(2) { try Self.means($0, over: []) } == [[:], [:]])
    }

    private struct Failure: Error, CustomStringConvertible { var description: String { "no luck" } }

    @Test func aFailureIsKnownToAllRanks() throws {
        let words = try ThreadCommunicator.together(3) { communicator -> String in
            do {
                let means = try Division(communicator, shards: nil, batch: 3).means(over: [0, 1, 2]) {
                    if $0 == 1 { throw Failure() }
                    return ["number": Double($0)]
                }
                return "\(means)"
            } catch { return "\(error)" }
        }
        #expect(words == ["rank 1: no luck", "no luck", "rank 1: no luck"])
    }
}
