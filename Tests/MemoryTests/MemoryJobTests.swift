import Memory
import Testing

@Suite struct MemoryJobTests {
    private static let refusal = OutOfMemory(wanted: 100 << 20, setting: "this test", bytes: 20 << 20)
    private struct Consequence: Error {}

    @Test func aJobEndsWithWhatItNoted() {
        #expect(throws: Self.refusal) {
            try MemoryJob.run {
                MemoryJob.note(Self.refusal)
                MemoryJob.note(OutOfMemory(wanted: 1, setting: "later", bytes: 0))
            }
        }
    }

    @Test func theCauseCountsNotTheConsequence() {
        #expect(throws: Self.refusal) {
            try MemoryJob.run {
                MemoryJob.note(Self.refusal)
                throw Consequence()
            }
        }
        #expect(throws: Consequence.self) { try MemoryJob.run { throw Consequence() } }
    }

    @Test func cancelingIsNoFailure() {
        #expect(throws: CancellationError.self) {
            try MemoryJob.run {
                MemoryJob.note(Self.refusal)
                throw CancellationError()
            }
        }
    }

    @Test func aJobInAJobHasFailuresOfItsOwn() throws {
        let value = try MemoryJob.run {
            let inner = try? MemoryJob.run {
                MemoryJob.note(Self.refusal)
                return 1
            }
            try MemoryJob.check()
            return inner ?? 2
        }
        #expect(value == 2)
    }

    @Test func checkingEndsAJobInTheMiddle() {
        var wentOn = false
        #expect(throws: Self.refusal) {
            try MemoryJob.run {
                MemoryJob.note(Self.refusal)
                #expect(MemoryJob.hasFailed)
                try MemoryJob.check()
                wentOn = true
            }
        }
        #expect(!wentOn && !MemoryJob.hasFailed)
    }

    @Test func wordsSayWhatIsNeededAndWhatIsLeft() {
        #expect("\(Self.refusal)" == "100 MB of memory are needed, and this test allows 20 MB")
    }

    @Test func arraysThatNoMachineCanHoldAreRefused() {
        #expect(throws: OutOfMemory.self) { try [UInt8](allocating: 1 << 60) { _ in } }
        var grown: [Float] = [1]
        #expect(throws: OutOfMemory.self) { try grown.reserve(1 << 58) }
        #expect(grown == [1])
    }

    @Test func arraysAreWrittenByTheClosure() throws {
        let numbers = try [Int32](allocating: 5) { for i in $0.indices { $0[i] = Int32(i * i) } }
        #expect(numbers == [0, 1, 4, 9, 16])
        #expect(try [UInt8](allocating: 3, repeating: 7) == [7, 7, 7])
        #expect(try [UInt8](allocating: 0) { _ in }.isEmpty)
        #expect(throws: Consequence.self) { try [UInt8](allocating: 1 << 20) { _ in throw Consequence() } }
    }
}
