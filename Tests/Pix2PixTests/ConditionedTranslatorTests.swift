import Foundation
import ImageData
import Layers
import Models
import TensorCore
import Testing
import Training

@testable import Pix2Pix

/// Translators that are told more than the drawing: its class, hints, a palette.
@Suite struct ConditionedTranslatorTests {
    private func configuration(palette: Bool = false) -> Pix2PixConfiguration {
        var configuration = Pix2PixConfiguration()
        (configuration.generator.depth, configuration.generator.width) = (3, 4)
        (configuration.generator.inputChannels, configuration.generator.outputChannels) = (1, 3)
        configuration.frame = PairFrame(loadSize: 16, cropSize: 16, inputChannels: 1)
        (configuration.discriminator.patch, configuration.discriminator.width) = (16, 4)
        (configuration.classNames, configuration.generator.classCount) = (["rose", "tulip"], 2)
        (configuration.hints, configuration.generator.colorHints) = (HintRecipe(), true)
        (configuration.training.steps, configuration.training.decayStart) = (60, 50)
        configuration.training.learningRate = 1e-2
        if palette {
            (configuration.generator.palette, configuration.paletteShares) = (
                ["ff0000", "0000ff", "ffffff"], [0.5, 0.4, 0.1]
            )
            configuration.training.losses.regionWeight = 1
        }
        return configuration
    }

    /// Empty drawings whose targets are red for roses and blue for tulips.
    private func pairs(_ step: Int, label: Int? = nil) -> PairBatch {
        let label = label ?? step % 2
        let drawing = Tensor.full([1, 1, 16, 16], 1)
        var planes = [Tensor.zeros([1, 1, 16, 16]), .zeros([1, 1, 16, 16])]
        planes[label] = .ones([1, 1, 16, 16])
        let inputs = Tensor.concatenated([drawing, .zeros([1, 4, 16, 16])] + planes, axis: 1)
        let (red, blue) = (Float(label == 0 ? 1 : -1), Float(label == 0 ? -1 : 1))
        let targets = Tensor.concatenated(
            [.full([1, 1, 16, 16], red), .full([1, 1, 16, 16], -1), .full([1, 1, 16, 16], blue)], axis: 1)
        return PairBatch(inputs: inputs, targets: targets, indices: [0], drawingChannels: 1)
    }

    private func task(_ configuration: Pix2PixConfiguration) -> Pix2PixTask {
        Pix2PixTask(configuration, batch: { pairs($0) }, preview: [pairs(0), pairs(1)], name: "told")
    }

    @Test(arguments: [false, true]) func theClassDecides(palette: Bool) throws {
        let task = task(configuration(palette: palette))
        for number in 1...60 { _ = try task.step(number, measuring: false) }
        let translator = try task.learner.translator()
        for label in 0..<2 {
            let made = translator(pairs(0, label: label).inputs)
            let means = made.mean(axes: [2, 3]).values
            #expect(label == 0 ? means[0] > means[2] + 0.3 : means[2] > means[0] + 0.3, "\(label): \(means)")
        }
        #expect(try task.preview()?.images.shape == [6, 3, 16, 16])
    }

    @Test(arguments: [false, true]) func modelsSayWhatTheyTake(palette: Bool) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let task = task(configuration(palette: palette))
        try task.export(to: folder, after: 1)
        let model = try Model(ModelFolder(path: folder, among: .translators))
        #expect(model.classNames == ["rose", "tulip"] && model.facts.classCount == 2)
        let parameters = try model.translatorParameters()
        #expect(parameters.planes == InputPlanes(channels: 1, hasHints: true, classCount: 2))
        #expect(parameters.palette.count == (palette ? 3 : 0))
        // Weights are exported in half precision.
        let made = try model.translator()(pairs(0).inputs)
        let difference = made - (try task.learner.translator()(pairs(0).inputs))
        #expect(difference.absolute().max(axes: [0, 1, 2, 3]).item < 1e-2)
        #expect("\(model.network)".contains("2 classes, color hints"))
    }

    @Test func contradictionsAreRefused() {
        let changes: [(inout Pix2PixConfiguration) -> Void] = [
            { $0.classNames = ["rose"] }, { $0.hints = nil }, { $0.generator.colorHints = nil },
            { $0.generator.classCount = 300 }, { $0.unlabeledShare = 2 }, { $0.paletteShares = [1] },
            { $0.variation = DrawingVariation(strength: -1) },
        ]
        for (number, change) in changes.enumerated() {
            var configuration = configuration()
            change(&configuration)
            #expect(throws: ParameterError.self, "change \(number)") { try configuration.check() }
        }
        #expect(throws: Never.self) { try configuration(palette: true).check() }
    }

    @Test func parametersOfOlderModelsStayWhatTheyWere() throws {
        let json = try JSONDecoder().decode(
            JSONValue.self, from: Data(#"{"id": "unet", "depth": 3, "width": 4, "inputChannels": 1}"#.utf8))
        let network = try NetworkConfiguration(json, kind: "pix2pix", among: .translators)
        let parameters = try #require(network.parameters as? TranslatorParameters)
        #expect(parameters.planes.count == 1 && parameters.palette.isEmpty)
        let run = try JSONDecoder().decode(
            TranslatorArchitecture.self,
            from: Data(
                #"{"network": "unet", "depth": 3, "width": 4, "inputChannels": 1, "outputChannels": 3, "normalization": "batch", "dropout": true, "upsampling": "transposed"}"#
                    .utf8))
        #expect(run.planes.count == 1 && run.configuration == network)
    }
}
