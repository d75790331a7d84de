import Atelier
import Foundation
import Testing

/// Trainings for a time. How well they keep it is checked by Tests/Conformance/Hours.
@Suite struct HoursTests {
    private let studio: Studio

    init() throws { studio = try Studio() }

    @Test func hoursChooseTheSteps() throws {
        var notes: [String] = []
        var options = VanillaGAN.Options()
        options.network = .perceptron
        options.adjust = { ($0.generatorWidth, $0.discriminatorWidth, $0.training.batchSize) = (8, 4, 4) }
        options.run.hours = 0.0005
        let run = try VanillaGAN.train(on: studio("photos"), to: studio("run"), options) { event in
            if case .note(let words) = event { notes.append(words) }
        }
        #expect(run.outcome.isComplete && run.outcome.step > 0)
        #expect(notes.contains { $0.contains("s a step: ") && $0.contains("0.0005 hours") }, "\(notes)")

        let record = try #require(
            JSONSerialization.jsonObject(with: studio.bytes("run/config.json")) as? [String: Any])
        let time = try #require(record["time"] as? [String: Any])
        let settings = try #require(record["configuration"] as? [String: Any])["model"] as? [String: Any]
        let training = try #require(settings?["training"] as? [String: Any])
        #expect(time["scheduleSteps"] as? Int == training["steps"] as? Int)

        var more = VanillaGAN.Options()
        more.run.hours = 0.0003
        let rest = try VanillaGAN.resume(studio("run"), more)
        #expect(rest.outcome.isComplete && rest.outcome.step > run.outcome.step)
    }

    @Test func hoursAndStepsAreRefused() throws {
        var options = VanillaGAN.Options(steps: 3)
        options.run.hours = 1
        #expect(throws: TrainingRequestError.stepsAndHours) {
            try VanillaGAN.train(on: studio("photos"), to: studio("run"), options)
        }
        var translator = Studio.tinyTranslator(steps: 3)
        translator.run.hours = 1
        #expect(throws: TrainingRequestError.stepsAndHours) {
            try Pix2Pix.train(on: studio("twins"), to: studio("other"), translator)
        }
        #expect(!studio.exists("run/config.json"))
    }
}
