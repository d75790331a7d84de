import Atelier
import FastGAN
import Layers
import Models
import Pix2Pix
import TensorCore
import Testing

/// Translators that start from a generator of images.
@Suite struct GuidedTrainingTests {
    private let (shelf, studio): (ModelShelf, Studio)

    init() throws { (shelf, studio) = (try ModelShelf(), try Studio()) }

    private func generator(latentSize: Int) throws -> String {
        var parameters = FastGANParameters()
        (parameters.image.size, parameters.image.channels, parameters.width) = (64, 3, 2)
        (parameters.image.contentWidth, parameters.image.contentHeight) = (64, 64)
        parameters.latentSize = latentSize
        let network = NetworkConfiguration(.fastgan, parameters)
        let module: any LatentGenerator = network.network(random: Random(seed: 3))
        return try shelf.add(
            ModelManifest(network, name: "generator", provenance: [:]), to: "generator-\(latentSize)",
            weights: module.state().mapValues { $0.rank > 1 ? $0.scaled(by: 20) : $0 })
    }

    private var options: Pix2Pix.Options {
        var options = Studio.tinyTranslator(steps: 1)
        options.format.cropSize = 64
        options.format.loadSize = 64
        options.sketches = SketchRecipe()
        return options
    }

    @Test func drawingsGuideAGenerator() throws {
        var options = options
        options.start = try generator(latentSize: 128)
        let run = try Pix2Pix.train(on: studio("photos"), to: studio("guided"), options)
        let model = try Model.load(run.folder.path)
        let parameters = try model.translatorParameters()
        #expect(model.network.architecture.id == "guided" && parameters.noise && parameters.inputChannels == 1)
        #expect(parameters.size == 64 && parameters.outputChannels == 3)
        #expect(try model.usableWeights().keys.contains("generator.start.weight"))

        let drawing = Studio.image(0, 1, side: 100)
        var seeded = TranslationOptions()
        let first = try Translation(model, seeded)(drawing)
        seeded.seed = 9
        let other = try Translation(model, seeded)(drawing)
        #expect(first.width == 100 && first.samples != other.samples)
    }

    @Test func otherGeneratorsAreRefused() throws {
        for start in [try generator(latentSize: 64), try TinyModels.shared().generator] {
            var options = options
            options.start = start
            #expect(throws: RequestError.self) {
                try Pix2Pix.train(on: studio("photos"), to: studio("refused"), options)
            }
        }
    }
}
