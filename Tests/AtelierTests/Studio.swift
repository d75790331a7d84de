import Atelier
import Foundation
import Testing

/// A folder with a few small images to learn from, removed when the last test is over.
final class Studio: Sendable {
    let path = NSTemporaryDirectory() + "atelier-library-\(UUID().uuidString)"

    init() throws {
        for (shape, name) in ["disc", "bar"].enumerated() {
            for number in 0..<6 { try Self.image(shape, number).write(to: folder("shapes/\(name)") + "/\(number).png") }
        }
        for number in 0..<6 {
            let (left, right) = (Self.image(0, number), Self.image(1, number))
            try left.write(to: folder("twins/trainA") + "/\(number).png")
            try right.write(to: folder("twins/trainB") + "/\(number).png")
            try Self.image(number % 2, number, side: 48).write(to: folder("photos") + "/\(number).png")
        }
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func callAsFunction(_ name: String) -> String { path + "/" + name }

    @discardableResult func folder(_ name: String) throws -> String {
        try FileManager.default.createDirectory(atPath: self(name), withIntermediateDirectories: true)
        return self(name)
    }

    func bytes(_ name: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: self(name))) }

    func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: self(name)) }

    /// All files below a folder, by their relative paths.
    func files(_ folder: String) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: self(folder)).filter { name in
            var isFolder: ObjCBool = false
            return FileManager.default.fileExists(atPath: self(folder) + "/" + name, isDirectory: &isFolder)
                && !isFolder.boolValue
        }.sorted()
    }

    static func image(_ shape: Int, _ number: Int, side: Int = 16) -> Image {
        let samples = (0..<side * side).map { index -> UInt8 in
            let (x, y) = (index % side - side / 2, index / side - side / 2)
            let inside = shape == 0 ? x * x + y * y < side + 4 * number : abs(x) < 2 + number % 3
            return inside ? UInt8(200 + 5 * number) : 10
        }
        return Image(width: side, height: side, channels: 1, samples8: samples)
    }

    // MARK: Tiny trainings

    /// Settings of a translator that is trained in moments.
    static func tinyTranslator(steps: Int) -> Pix2Pix.Options {
        var options = Pix2Pix.Options(steps: steps) { model in
            (model.generator.width, model.discriminator.width, model.discriminator.patch) = (2, 2, 16)
            model.training.seed = 5
        }
        options.format.cropSize = 16
        options.run.checkpointEvery = 2
        options.run.logEvery = 1
        options.run.sampleEvery = 0
        return options
    }

    static func tinyVanilla(steps: Int) -> VanillaGAN.Options {
        var options = VanillaGAN.Options(steps: steps) { model in
            (model.generatorWidth, model.discriminatorWidth, model.training.batchSize) = (4, 4, 4)
        }
        options.run.sampleEvery = 0
        return options
    }

    static func tinyGenerator(steps: Int) -> ConditionalGAN.Options {
        var options = ConditionalGAN.Options(steps: steps) { model in
            (model.generatorWidth, model.discriminatorWidth, model.latentSize) = (4, 4, 6)
            model.training.batchSize = 4
        }
        options.run.sampleEvery = 0
        return options
    }

    static func tinyUpscaler(steps: Int) -> SuperResolution.Options {
        var options = SuperResolution.Options(steps: steps, adversarialSteps: 0) { model in
            model.generator.network = .compact
            (model.generator.depth, model.generator.features, model.generator.scale) = (1, 4, 2)
            model.training?.frame.cropSize = 16
            model.training?.batchSize = 2
        }
        options.run.sampleEvery = 0
        return options
    }
}

/// One tiny model of each kind.
struct TinyModels: Sendable {
    let studio: Studio
    let generator, translator, upscaler: String

    private init() throws {
        studio = try Studio()
        generator = try ConditionalGAN.train(
            on: studio("shapes"), to: studio("generator"), Studio.tinyGenerator(steps: 2)
        ).folder.path
        translator = try Pix2Pix.train(
            on: studio("twins"), to: studio("translator"), Studio.tinyTranslator(steps: 2)
        ).folder.path
        upscaler = try SuperResolution.train(
            on: studio("photos"), to: studio("upscaler"), Studio.tinyUpscaler(steps: 2)
        ).folder.path
    }

    private static let made = Result { try TinyModels() }

    static func shared() throws -> TinyModels { try made.get() }
}
