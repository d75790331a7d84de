import Foundation
import Testing

@testable import Atelier

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

    /// Which of them a training gets depends on the machine.
    @Test func cheaperTrainingsHaveSmallerNetworks() throws {
        var options = VanillaGAN.Options(steps: 1)
        options.network = .perceptron
        let session = try TrainingSession(
            studio("run"), resumes: false, options.run, isCanceled: { false }, telling: { _ in })
        _ = try VanillaGAN.train(session.saving(by: .widthAndSize), on: studio("photos"), options)
        let record = try #require(
            JSONSerialization.jsonObject(with: studio.bytes("run/config.json")) as? [String: Any])
        let model = try #require(record["configuration"] as? [String: Any])["model"] as? [String: Any]
        #expect(model?["generatorWidth"] as? Int == 600 && model?["discriminatorWidth"] as? Int == 120)
        let usual = try VanillaGAN.train(on: studio("photos"), to: studio("usual"), options)
        let other = try #require(
            JSONSerialization.jsonObject(with: studio.bytes("usual/config.json")) as? [String: Any])
        let usualModel = try #require(other["configuration"] as? [String: Any])["model"] as? [String: Any]
        func side(_ model: [String: Any]?) -> Int? { (model?["image"] as? [String: Any])?["size"] as? Int }
        #expect(usual.outcome.isComplete && side(usualModel).map { $0 / 2 } == side(model))
    }

    @Test func aChosenSideStays() {
        #expect(Economy.generator(of: ImageSelection()) == Economy.allCases)
        #expect(Economy.generator(of: ImageSelection(size: 64)) == [.none, .width])
        #expect(Pix2Pix.economies(Pix2Pix.Options()) == [.none])
    }
}
