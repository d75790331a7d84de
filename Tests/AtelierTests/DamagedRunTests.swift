import Atelier
import Foundation
import TestSupport
import Testing

/// Damaged run folders: each goes on, or is refused with words that name what is wrong. None ends the program.
@Suite(.serialized) struct DamagedRunTests {
    private let studio: Studio

    init() throws { studio = try Studio() }

    private typealias Resume = (_ run: String) throws -> TrainingRun

    /// Tiny runs of every family, with checkpoints of the steps 2 and 3.
    private func runs() throws -> [(path: String, resume: Resume)] {
        func keep<Options: TrainingRequest>(_ options: Options) -> Options {
            var options = options
            (options.run.checkpointEvery, options.run.sampleEvery, options.run.evaluateEvery) = (2, 0, 0)
            return options
        }
        func resume<Family: TrainableFamily>(_ family: Family.Type) -> Resume { { try family.resume($0) } }
        var vanilla = Studio.tinyVanilla(steps: 3)
        vanilla.images.size = 16
        _ = try VanillaGAN.train(on: studio("shapes"), to: studio("gan"), keep(vanilla))
        _ = try ConditionalGAN.train(
            on: studio("shapes"), to: studio("cgan"), keep(Studio.tinyGenerator(steps: 3)))
        let classes = Classification.Options(steps: 3) { model in
            (model.width, model.featureSize, model.batchSize) = (2, 4, 4)
        }
        _ = try Classification.train(on: studio("shapes"), to: studio("classifier"), keep(classes))
        _ = try Pix2Pix.train(on: studio("twins"), to: studio("pix2pix"), keep(Studio.tinyTranslator(steps: 3)))
        var cycle = CycleGAN.Options(steps: 3) { model in
            (model.generator.width, model.generator.depth, model.discriminator.width) = (1, 1, 1)
            (model.discriminator.patch, model.poolSize) = (1, 2)
        }
        cycle.format.cropSize = 16
        _ = try CycleGAN.train(on: studio("twins"), to: studio("cyclegan"), keep(cycle))
        var upscaler = Studio.tinyUpscaler(steps: 1)
        upscaler.adversarialSteps = 2
        let adjust = upscaler.adjust
        upscaler.adjust = { model in
            adjust(&model)
            model.training?.adversarial.discriminator.width = 1
        }
        _ = try SuperResolution.train(on: studio("photos"), to: studio("sr"), keep(upscaler))
        return [
            (studio("gan"), resume(VanillaGAN.self)), (studio("cgan"), resume(ConditionalGAN.self)),
            (studio("classifier"), resume(Classification.self)), (studio("pix2pix"), resume(Pix2Pix.self)),
            (studio("cyclegan"), resume(CycleGAN.self)), (studio("sr"), resume(SuperResolution.self)),
        ]
    }

    /// Resumes a copy of a run with one file replaced; the words of the refusal, or nil if it ended well.
    private func refusal(_ run: (path: String, resume: Resume), _ file: String, _ bytes: Data) throws -> String? {
        let copy = studio("copy")
        try? FileManager.default.removeItem(atPath: copy)
        try FileManager.default.copyItem(atPath: run.path, toPath: copy)
        try bytes.write(to: URL(fileURLWithPath: copy + "/" + file))
        do {
            let outcome = try run.resume(copy).outcome
            #expect(outcome.isComplete)
            return nil
        } catch {
            return "\(error)"
        }
    }

    private static let hostile = ["9223372036854775807", "-9223372036854775808", "-1e308", "0"]

    /// Every number of the records, replaced by numbers that no training writes: two for each, in turns.
    @Test func everyNumberOfEveryFamilyIsChecked() throws {
        let number = try Regex(#"-?\d+(\.\d+)?([eE][-+]?\d+)?(?=,?\n)"#)
        var (tried, refused) = (0, 0)
        for run in try runs() {
            for file in ["config.json", "checkpoints/step-000003/state.json"] {
                let text = try String(contentsOfFile: run.path + "/" + file, encoding: .utf8)
                for (index, place) in text.ranges(of: number).enumerated() {
                    for value in [Self.hostile[index % 4], Self.hostile[(index + 1) % 4]] {
                        let damaged = text.replacingCharacters(in: place, with: value)
                        let words = try refusal(run, file, Data(damaged.utf8))
                        tried += 1
                        if let words {
                            refused += 1
                            let line = text[text.lineRange(for: place)]
                            #expect(words.contains(studio.path), "\(run.path) \(line) → \(value): \(words)")
                        }
                    }
                }
            }
        }
        print("Damaged numbers in run folders: \(tried) tried, \(refused) refused by name.")
        #expect(tried > 300 && refused > 150 && refused < tried)
    }

    /// Files that are cut off, empty, or of another kind.
    @Test func everyFileMayBeDamaged() throws {
        var random = SplitMix(15)
        for run in try runs() {
            for file in try studio.files(URL(fileURLWithPath: run.path).lastPathComponent)
            where !file.hasPrefix("events") {
                let bytes = try Data(contentsOf: URL(fileURLWithPath: run.path + "/" + file))
                var damaged = [Data(), bytes.prefix(bytes.count / 2), Data("{}".utf8), bytes + Data([0])]
                for _ in 0..<2 where !bytes.isEmpty {
                    var changed = bytes
                    let bit = UInt8.random(in: 0..<8, using: &random)
                    changed[Int.random(in: 0..<changed.count, using: &random)] ^= 1 << bit
                    damaged.append(changed)
                }
                for bytes in damaged {
                    if let words = try refusal(run, file, bytes) {
                        #expect(words.contains(studio.path), "\(run.path)/\(file): \(words)")
                    }
                }
            }
        }
    }
}
