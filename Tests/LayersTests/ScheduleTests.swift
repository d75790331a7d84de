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
}
