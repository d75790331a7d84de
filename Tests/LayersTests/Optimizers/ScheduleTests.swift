import Foundation
import Layers
import Testing

@Suite struct ScheduleTests {
    @Test func warmUpHandsOverAndCodingKeepsEverything() throws {
        let schedule = Schedule.warmUp(steps: 10, then: .linearDecay(start: 5, end: 15))
        #expect(schedule.factor(step: 4) == 0.5 && schedule.factor(step: 14) == 1)
        #expect(schedule.factor(step: 20) == 0.5 && schedule.factor(step: 25) == 0 && schedule.factor(step: 99) == 0)
        let coded = try JSONDecoder().decode(Schedule.self, from: JSONEncoder().encode(schedule))
        #expect(coded == schedule)
    }

    @Test func stepsFallAtTheirPlaces() throws {
        let schedule = Schedule.steps(at: [10, 20], factor: 0.5)
        #expect([0, 9, 10, 19, 20, 99].map { schedule.factor(step: $0) } == [1, 1, 0.5, 0.5, 0.25, 0.25])
        #expect(schedule.stretched(by: 2) == .steps(at: [20, 40], factor: 0.5))
        #expect(try JSONDecoder().decode(Schedule.self, from: JSONEncoder().encode(schedule)) == schedule)
    }
}
