import Foundation
import Layers
import TensorCore
import Testing
import Training

/// Quantities that change in the course of a training.
@Suite struct RampTests {
    @Test func aRampGoesFromEndToEndAndStays() {
        let ramp = Ramp(from: 2, to: 0.2, steps: 10)
        #expect(ramp.value(at: 1) == 2)
        #expect(abs(ramp.value(at: 6) - 1.1) < 1e-12)
        #expect(ramp.value(at: 11) == 0.2 && ramp.value(at: 1000) == 0.2)
        #expect((2...11).allSatisfy { ramp.value(at: $0) < ramp.value(at: $0 - 1) })
    }

    @Test func longerTrainingsHaveLongerRamps() {
        let ramps = AdversarialRamps(
            penalties: Ramp(from: 1, to: 0.1, steps: 100), averageHalfLife: Ramp(from: 0, to: 5, steps: 100))
        let longer = ramps.stretched(by: 3)
        #expect(longer.penalties == Ramp(from: 1, to: 0.1, steps: 300))
        #expect(longer.averageHalfLife == Ramp(from: 0, to: 15, steps: 300))
    }

    @Test func settingsFollowTheirRamps() throws {
        var settings = AdversarialSettings()
        (settings.r1Gamma, settings.r2Gamma) = (4, 2)
        #expect(settings.penalties(at: 50).r1Gamma == 4)
        settings.ramps = AdversarialRamps(
            penalties: Ramp(from: 1, to: 0.5, steps: 10), augmentation: Ramp(from: 0, to: 1, steps: 10))
        settings.augmentation = [.color]
        #expect(settings.penalties(at: 11).r1Gamma == 2 && settings.penalties(at: 11).r2Gamma == 1)
        let images = Random(seed: 1).normal([4, 1, 8, 8])
        #expect(settings.augmentation(at: 1)(images, Random(seed: 2)).values == images.values)
        let some = Random(seed: 2)
        let changed = settings.augmentation(at: 6)(Random(seed: 1).normal([64, 1, 4, 4]), some)
        let plain = Random(seed: 1).normal([64, 1, 4, 4])
        let same = (0..<64).count {
            changed.slice(axis: 0, from: $0, count: 1).values == plain.slice(axis: 0, from: $0, count: 1).values
        }
        #expect((16...48).contains(same), "\(same)")
    }

    @Test func olderRecordsHaveNone() throws {
        let encoder = JSONEncoder()
        var members = try #require(
            JSONSerialization.jsonObject(with: encoder.encode(AdversarialSettings())) as? [String: Any])
        #expect(members.removeValue(forKey: "ramps") == nil)
        let data = try JSONSerialization.data(withJSONObject: members)
        #expect(try JSONDecoder().decode(AdversarialSettings.self, from: data) == AdversarialSettings())
    }
}
