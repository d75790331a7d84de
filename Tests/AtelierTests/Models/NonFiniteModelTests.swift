import Atelier
import Foundation
import ImageData
import Layers
import Models
import Synchronization
import TensorCore
import Testing

/// NaN and infinity: in weights, they are named before anything is made; in results, the image is.
@Suite struct NonFiniteModelTests {
    private let shelf: ModelShelf
    private let models: TinyModels

    init() throws { (shelf, models) = (try ModelShelf(), try TinyModels.shared()) }

    /// A copy of a run's model whose weights are changed.
    private func copy(_ run: String, as name: String, _ change: (inout [String: Tensor]) -> Void) throws -> String {
        let path = shelf.path + "/" + name
        try FileManager.default.copyItem(atPath: run + "/model", toPath: path)
        var weights = try Safetensors.read(path + "/model.safetensors").tensors
        change(&weights)
        try Safetensors.write(weights, to: path + "/model.safetensors")
        return path
    }

    /// With one number replaced in the tensor that is alphabetically at some place.
    private func broken(_ run: String, at place: Int = 0, _ value: Float = .nan) throws -> (path: String, name: String)
    {
        var tensor = ""
        let path = try copy(run, as: "broken-\(UUID().uuidString)") { weights in
            tensor = weights.keys.sorted()[place % weights.count]
            guard let old = weights[tensor] else { return }
            var values = old.values
            values[values.count - 1] = value
            weights[tensor] = Tensor(values, shape: old.shape)
        }
        return (path, tensor)
    }

    /// With no number that is one.
    private func hopeless(_ run: String) throws -> String {
        try copy(run, as: "hopeless-\(UUID().uuidString)") { weights in
            for (name, tensor) in weights { weights[name] = tensor.scaled(by: .nan) }
        }
    }

    /// With weights that are finite and so large that the result is not.
    private func overflowing(_ run: String) throws -> String {
        try copy(run, as: "overflowing-\(UUID().uuidString)") { weights in
            for (name, tensor) in weights where tensor.rank > 1 { weights[name] = tensor.scaled(by: 3e37) }
        }
    }

    private var allowing: ModelStore {
        var store = ModelStore([shelf.path])
        store.allowsNonFinite = true
        return store
    }

    private func refusal(_ body: () throws -> Void) -> String {
        do { try body() } catch { return "\(error)" }
        return "nothing was refused"
    }

    // MARK: Weights

    @Test(arguments: [Float.nan, .infinity, -.infinity])
    func theFirstBrokenTensorIsNamed(_ value: Float) throws {
        for (run, use) in [
            (models.generator, { _ = try Generation($0, GenerationOptions(seeds: .count(1), classes: ["bar"])) }),
            (models.translator, { _ = try Translation($0) }), (models.upscaler, { _ = try Upscaling($0) }),
        ] as [(String, (Model) throws -> Void)] {
            for place in [0, 1, 5] {
                let (path, tensor) = try broken(run, at: place, value)
                #expect(try Model.load(path).nonFiniteTensor == tensor)
                let words = refusal { try use(Model.load(path)) }
                #expect(words.contains("its tensor \(tensor) holds numbers that are not finite"), "\(words)")
                #expect(throws: Never.self) { try use(Model.load(path, from: allowing)) }
            }
            #expect(try Model.load(run).nonFiniteTensor == nil)
        }
    }

    /// Tensors that are read when they are needed are looked at, too.
    @Test func largeTensorsAreLookedAt() throws {
        var weights = ModelShelf.gan.makeGenerator(random: Random(seed: 1)).state()
        let name = try #require(weights.max { $0.value.count < $1.value.count }?.key)
        let shape: Shape = [5000]
        weights["extra"] = Tensor([Float](repeating: 0, count: 4999) + [.infinity], shape: shape)
        try shelf.add(ModelShelf.gan.manifest(name: "large", provenance: [:]), to: "large", weights: weights)
        #expect(try Model.load("large", in: [shelf.path]).nonFiniteTensor == "extra" && name != "extra")
    }

    @Test func classifiersMetricsMeansAndStartsRefuseThem() throws {
        let classifier = try shelf.add(ModelShelf.classifier, to: "judge")
        let file = classifier + "/model.safetensors"
        var weights = try Safetensors.read(file).tensors
        let name = try #require(weights.keys.min())
        weights[name] = weights[name].map { $0.scaled(by: .infinity) }
        try Safetensors.write(weights, to: file)
        #expect(refusal { _ = try Model.load(classifier).classifier() }.contains(name))

        let niqe: [String: Tensor] = ["mean": .full([36], .nan), "covariance": .ones([36, 36])]
        try shelf.add(ModelManifest(NetworkConfiguration(.niqe), name: "niqe"), to: "niqe", weights: niqe)
        let quality = refusal { _ = try Model.load("niqe", in: [shelf.path]).naturalImageQuality() }
        #expect(quality.contains("tensor mean"))

        let (path, tensor) = try broken(models.upscaler)
        let mean = refusal { try ModelStore().average([models.upscaler, path], to: shelf.path + "/mean") }
        #expect(mean.contains(tensor))

        var options = Studio.tinyUpscaler(steps: 1)
        options.start = path
        let start = refusal {
            try SuperResolution.train(on: models.studio("photos"), to: shelf.path + "/run", options)
        }
        #expect(start.contains(tensor))
        var pairs = Studio.tinyTranslator(steps: 1)
        let translator = try broken(models.translator)
        pairs.start = translator.path
        #expect(
            refusal { try Pix2Pix.train(on: models.studio("twins"), to: shelf.path + "/run", pairs) }
                .contains(translator.name))
    }

    // MARK: Results

    @Test func generatedImagesFailByName() throws {
        let path = try hopeless(models.generator)
        let generation = try Generation(
            Model.load(path, from: allowing), GenerationOptions(seeds: .count(2), classes: ["bar", "disc"]))
        let error = #expect(throws: NonFiniteResult.self) { try generation.images() }
        #expect(error?.image == "bar/seed0000")
        var failures: [String] = []
        let folder = shelf.path + "/made"
        let summary = try generation.write(GeneratedFiles(folder: folder, sheet: folder + "/sheet.png")) { event in
            if case .failed(let words) = event { failures.append(words) }
        }
        #expect(summary.written == 0 && summary.failures == 5)
        #expect(failures.first?.hasPrefix("bar/seed0000: the model's result is not finite") == true)
        #expect(failures.last?.contains("4 of its images could not be made") == true)
        #expect(!FileManager.default.fileExists(atPath: folder))
    }

    /// Row by row, in tiles, with alpha, in memory and from files.
    @Test(arguments: [1, 2, 3, 4])
    func upscaledImagesFailByName(_ channels: Int) throws {
        let image = Image(
            width: 40, height: 36, channels: channels,
            samples8: (0..<40 * 36 * channels).map { UInt8(truncatingIfNeeded: $0 * 37) })
        var tiled = UpscalingOptions()
        tiled.tile = 32
        tiled.testTimeAugmentation = true
        for path in [try broken(models.upscaler).path, try overflowing(models.upscaler)] {
            for options in [UpscalingOptions(), tiled] {
                let upscaling = try Upscaling(Model.load(path, from: allowing), options)
                #expect(throws: NonFiniteResult.self) { try upscaling(image) }
            }
        }
    }

    @Test func batchesGoOnAndNameTheImage() throws {
        let photos = models.studio("photos")
        let count = try FileManager.default.contentsOfDirectory(atPath: photos).count
        for (path, isUpscaler) in [
            (try overflowing(models.upscaler), true), (try broken(models.translator, .infinity).path, false),
        ] {
            let failures = Mutex<[BatchRecord]>([])
            let settings = BatchSettings(inputs: [photos], output: shelf.path + "/out-\(isUpscaler)")
            let tell: @Sendable (BatchEvent) -> Void = { event in
                if case .file(let record) = event { failures.withLock { $0.append(record) } }
            }
            let model = try Model.load(path, from: allowing)
            let summary =
                isUpscaler
                ? try Upscaling(model).run(settings, telling: tell)
                : try Translation(model).run(settings, telling: tell)
            #expect(summary.done == 0 && summary.failed == count)
            for record in failures.withLock({ $0 }) {
                #expect(record.reason?.hasPrefix("\(record.input): the model's result is not finite") == true)
            }
        }
    }

    @Test func measuringNamesTheImage() throws {
        func measure(_ model: String, _ data: String, _ options: EvaluationOptions = .init()) -> String {
            refusal {
                _ = try EvaluationSubject(model, in: allowing).measured(on: models.studio(data), options)
            }
        }
        let upscaler = measure(try overflowing(models.upscaler), "photos")
        #expect(upscaler.contains(".png: the model's result is not finite"))
        let translator = try broken(models.translator)
        #expect(measure(translator.path, "twins").contains(".png: the model's result is not finite"))
        let classifier = try shelf.add(
            {
                var classifier = ModelShelf.classifier
                classifier.classNames = ["bar", "disc"]
                return classifier
            }(), to: "referee")
        let words = measure(try hopeless(models.generator), "shapes", EvaluationOptions(classifier: classifier))
        #expect(words.contains("the image of seed 0: the model's result is not finite"))
    }
}
