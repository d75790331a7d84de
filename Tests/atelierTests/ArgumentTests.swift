import ArgumentParser
import Atelier
import CPUBackend
import ConditionalGAN
import Foundation
import ImageData
import Layers
import Models
import TestSupport
import Testing
import Training
import VanillaGAN

@testable import atelier

@Suite struct ArgumentTests {
    @Test func bothSpellingsAreTaken() {
        #expect(
            ArgumentSpelling.kebab(["--batch_size", "4", "--lr=0.1", "--out", "a_b", "--gan_mode=x_y", "-o", "c_d"])
                == ["--batch-size", "4", "--lr=0.1", "--out", "a_b", "--gan-mode=x_y", "-o", "c_d"])
        #expect(ArgumentSpelling.kebab(["--", "--a_b"]) == ["--", "--a_b"])
    }

    private func settings(_ arguments: String...) throws -> AdversarialSettings {
        let command = try TrainConditionalGANCommand.parse(["--data", "x"] + arguments)
        var configuration = VanillaGANConfiguration(image: ImageShape(size: 16, channels: 1))
        configuration.training = AdversarialSettings()
        command.training.apply(to: &configuration)
        return configuration.training
    }

    @Test func nothingGivenChangesNothing() throws {
        #expect(try settings() == AdversarialSettings())
    }

    @Test func everySettingCanBeGiven() throws {
        let given = try settings(
            "--steps", "7", "--batch-size", "5", "--lr", "0.1", "--lr-d", "0.2", "--beta1", "0.3", "--beta2", "0.4",
            "--loss", "hinge", "--r1", "6", "--r1-interval", "8", "--gradient-penalty", "10", "--n-critic", "3",
            "--ema", "0.9", "--augment", "color,cutout", "--mirror", "--seed", "11", "--schedule", "linear",
            "--warm-up", "3")
        var expected = AdversarialSettings()
        expected.steps = 7
        expected.batchSize = 5
        expected.generatorLearningRate = 0.1
        expected.discriminatorLearningRate = 0.2
        expected.beta1 = 0.3
        expected.beta2 = 0.4
        expected.loss = .hinge
        expected.r1Gamma = 6
        expected.r1Interval = 8
        expected.gradientPenalty = 10
        expected.discriminatorSteps = 3
        expected.averageDecay = 0.9
        expected.augmentation = [.color, .cutout]
        expected.mirror = true
        expected.seed = 11
        expected.schedule = .warmUp(steps: 3, then: .linearDecay(start: 2, end: 4))
        #expect(given == expected)
    }

    @Test func theArchitecturesOfAllFamiliesAreListed() throws {
        for family in KnownFamilies.adversarial {
            let command: any ParsableCommand.Type =
                family.classes == .always ? TrainConditionalGANCommand.self : TrainGANCommand.self
            let help = command.helpMessage(columns: 10_000)
            #expect(help.contains(family.summary))
            for architecture in family.architectures { #expect(help.contains(architecture.id)) }
        }
        #expect(try TrainGANCommand.parse(["--arch", "mlp"]).chosenArchitecture?.id == "mlp")
        #expect(throws: (any Error).self) { try TrainGANCommand.parse(["--arch", "projection"]) }
        #expect(throws: (any Error).self) { try TrainGANCommand.parse(["--arch", "mlp", "--network", "perceptron"]) }
    }

    @Test func aFamilyTakesTheCommonOptions() throws {
        let command = try TrainConditionalGANCommand.parse(
            ["--data", "x", "--latent", "5", "--ngf", "6", "--steps", "7"])
        var configuration = ConditionalGANConfiguration(image: ImageShape(size: 16, channels: 1), classNames: ["a"])
        command.training.apply(to: &configuration)
        #expect(configuration.latentSize == 5 && configuration.generatorWidth == 6)
        #expect(configuration.training.steps == 7)
    }

    @Test func britishColorIsTaken() throws {
        #expect(try settings("--augment", "Colour,translation").augmentation == [.color, .translation])
    }

    @Test func valuesOfTheFirstVersionAreTaken() throws {
        #expect(try TranslatorOptions.parse(["--statistics", "picture"]).statistics == .image)
        #expect(try TranslatorTestOptions.parse(["--statistics", "picture"]).statistics == .image)
        #expect(try RunOptions.parse(["--best-metric", "recognised"]).settings.bestMetric == "recognized")
    }

    @Test(arguments: [
        ("non-saturating", AdversarialLoss.nonSaturating), ("nonSaturating", .nonSaturating), ("lsgan", .leastSquares),
        ("least_squares", .leastSquares), ("vanilla", .nonSaturating), ("Relativistic-Average", .relativisticAverage),
        ("wasserstein", .wasserstein), ("minimax", .minimax),
    ])
    func lossesHaveManyNames(name: String, loss: AdversarialLoss) throws {
        #expect(try settings("--loss", name).loss == loss)
    }

    @Test(arguments: [
        ["--size", "48"], ["--channels", "2"], ["--batch-size", "1"], ["--lr", "0"], ["--lr", "nan"], ["--beta1", "1"],
        ["--loss", "sorrow"], ["--augment", "color,magic"], ["--steps", "0"], ["--keep", "0"], ["--r1", "-1"],
        ["--fit", "fold"], ["--seed", "-1"], ["--threads", "0"], ["--conditioning", "telepathy"], ["--limit", "0"],
        ["--steps", "many"], ["stray"],
    ])
    func impossibleSettingsAreRefused(arguments: [String]) {
        #expect(throws: (any Error).self) { try TrainConditionalGANCommand.parse(["--data", "x"] + arguments) }
    }

    @Test func theCommandToGoOnIsQuoted() throws {
        let options = try RunOptions.parse(["--out", "my run's"])
        #expect(options.resumeCommand("gan").hasSuffix("train gan --out 'my run'\\''s' --resume"))
    }

    @Test func aRunGoesOnWithItsKernels() throws {
        let folder = try TemporaryFolder()
        let record = URL(fileURLWithPath: folder.path + "/config.json")
        try Data(#"{"options": {"kernels": "rules"}}"#.utf8).write(to: record)
        let command = try TrainGANCommand.parse(["--out", folder.path, "--resume"])
        #expect(command.usualKernels == .rules)
        #expect(try TrainGANCommand.parse(["--out", folder.path]).usualKernels == .measured)
        try Data(#"{"options": {}}"#.utf8).write(to: record)
        #expect(command.usualKernels == .measured)
    }

    @Test func whatIsLearnedFromCanBeGiven() throws {
        let given = try DataOptions.parse(["--data", "/x", "--only", "a", "--limit", "3", "--channels", "1"]).selection
        #expect(given.classes == ["a"] && given.limit == 3 && given.channels == 1)
        #expect(given.fit == nil && given.size == nil)
    }
}
