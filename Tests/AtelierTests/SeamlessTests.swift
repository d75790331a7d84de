import Atelier
import Foundation
import InferencePlan
import Layers
import TensorCore
import TestSupport
import Testing

@testable import Pix2Pix
@testable import SuperResolution

/// What `--seamless` does, for every known network and every task.
@Suite struct SeamlessTests {
    private static let making: [Architecture] = [Architecture].known.filter {
        [.generate, .translate, .upscale].contains($0.family.task) && $0.hasNetwork
    }

    /// The plan of a network with its default sizes; nothing is computed.
    private static func plan(_ architecture: Architecture, _ wrapping: Wrapping) throws -> InferencePlan {
        var configuration = NetworkConfiguration(architecture)
        if var sizes = configuration.parameters as? TranslatorParameters {
            sizes.noise = architecture.id == "guided"
            configuration = NetworkConfiguration(architecture, sizes)
        }
        let network = try configuration.makeNetwork(random: Random(seed: 1))
        let mode = ForwardMode.inference.wrapping(wrapping)
        let facts = configuration.parameters.facts
        switch network {
        case let generator as any LatentGenerator:
            let classes: [Shape] = facts.classCount > 0 ? [[2]] : []
            return InferencePlan([[2, generator.latentSize]] + classes) {
                generator($0[0], classes: $0.count > 1 ? $0[1] : nil, mode)
            }
        case let layer as any Layer:
            let parameters = configuration.parameters
            let channels =
                (parameters as? TranslatorParameters)?.planes.count
                ?? (parameters as? any UpscalerParameters)?.inputChannels ?? 3
            let side = max(configuration.multiple, 16)
            return InferencePlan([[1, channels, side, 2 * side]]) { layer($0[0], mode) }
        default: throw ParameterError("\(architecture.id) is of a kind that this test does not know")
        }
    }

    /// Networks of the future are checked as soon as they are known: no part of one may see a border of images that
    /// repeat. A network that cannot do that says so in its architecture.
    @Test func noPartOfAKnownNetworkSeesABorder() throws {
        #expect(Self.making.count >= 9)
        for architecture in Self.making where architecture.wraps {
            for wrapping in [Wrapping.x, .y, .xy] {
                let steps = try Self.plan(architecture, wrapping).stepsWithBorders(wrapping)
                #expect(steps.isEmpty, "\(architecture.id), \(wrapping): \(steps.prefix(3))")
            }
            #expect(try !Self.plan(architecture, .neither).stepsWithBorders(.xy).isEmpty, "\(architecture.id)")
        }
        #expect(Self.making.contains { $0.id == "mlp" && !$0.wraps })
    }

    // MARK: Files of models

    @Test func modelsSayWhetherTheirImagesRepeat() throws {
        for axes in Wrapping.allCases {
            let configuration = NetworkConfiguration(Self.making[1]).wrapping(axes)
            let read = try NetworkConfiguration(
                configuration.json, kind: configuration.architecture.family.kind, among: .known)
            #expect(read.wrapping == axes)
            #expect((configuration.json.members["seamless"] == nil) == (axes == .neither))
        }
        var members = NetworkConfiguration(Self.making[1]).json.members
        members["seamless"] = .text("z")
        #expect(throws: ParameterError.self) {
            try NetworkConfiguration(.object(members), kind: "gan", among: .known)
        }
    }

    // MARK: Generating and training

    private static func seams(_ images: [Image], period: Int) -> (x: Double, y: Double) {
        let all = Tensor.concatenated(images.map { Tensor($0, channels: $0.channels) })
        return (all.seam(axis: 3, period: period), all.seam(axis: 2, period: period))
    }

    @Test func aTrainedGeneratorMakesImagesThatRepeat() throws {
        let studio = try Studio()
        var options = Studio.tinyVanilla(steps: 3)
        options.run.sampleEvery = 3
        let adjust = options.adjust
        options.adjust = { model in
            adjust(&model)
            model.training.seamless = .xy
        }
        let run = try VanillaGAN.train(on: studio("shapes"), to: studio("run"), options)
        let model = try Model.load(run.folder.path)
        var wanted = GenerationOptions(seeds: .count(24))
        let own = try model.generate(wanted)
        wanted.seamless = .xy
        #expect(try model.generate(wanted).map(\.samples) == own.map(\.samples))
        wanted.seamless = Wrapping.neither
        let ordinary = try model.generate(wanted)
        #expect(ordinary.map(\.samples) != own.map(\.samples))
        let found = Self.seams(own, period: 4)
        #expect(found.x < 1.6 && found.y < 1.6, "\(found)")
        // The run goes on as it began.
        let longer = try VanillaGAN.resume(studio("run"), VanillaGAN.Options(steps: 4))
        wanted.seamless = nil
        let later = Self.seams(try Model.load(longer.folder.path).generate(wanted), period: 4)
        #expect(later.x < 1.6 && later.y < 1.6, "\(later)")
    }

    @Test func anOrdinaryGeneratorCanBeAskedTo() throws {
        var options = GenerationOptions(seeds: .count(16), classes: ["bar"])
        options.seamless = .x
        let model = try Model.load(TinyModels.shared().generator)
        let made = try model.generate(options)
        options.seamless = nil
        #expect(try model.generate(options).map(\.samples) != made.map(\.samples))
        #expect(Self.seams(made, period: 4).x < 1.6)
    }

    @Test func whatCannotRepeatIsRefused() throws {
        var options = GenerationOptions(seeds: .count(1))
        options.seamless = .xy
        // 28×28 pixels within 32×32.
        let error = #expect(throws: ModelError.self) { try Model.load("fashion-gan").generate(options) }
        #expect(error?.description.contains("28×28") == true)
    }

    // MARK: Translating

    private static func texture(_ width: Int, _ height: Int) -> Image {
        let samples = (0..<width * height).map { index -> UInt8 in
            let (x, y) = (Double(index % width) / Double(width), Double(index / width) / Double(height))
            let wave = sin(2 * .pi * (3 * x + y)) + cos(2 * .pi * (x - 2 * y)) * sin(2 * .pi * 5 * y)
            return UInt8(127 + 60 * wave)
        }
        return Image(width: width, height: height, channels: 1, samples8: samples)
    }

    private static func rolled(_ image: Image, _ down: Int, _ right: Int) -> Image {
        Image(Tensor(image, channels: image.channels).rolled(down: down, right: right), bitDepth: image.bitDepth)
    }

    private static func difference(_ a: Image, _ b: Image) -> Int {
        guard case .bits8(let one) = a.samples, case .bits8(let other) = b.samples, one.count == other.count else {
            return .max
        }
        return zip(one, other).reduce(0) { max($0, abs(Int($1.0) - Int($1.1))) }
    }

    @Test func translationsRepeat() throws {
        let model = try Model.load(TinyModels.shared().translator)
        let multiple = model.network.multiple
        var options = TranslationOptions(fit: .pad)
        options.seamless = .xy
        let image = Self.texture(4 * multiple, 3 * multiple)
        let made = try model.translate(image, options)
        let moved = try model.translate(Self.rolled(image, multiple, 2 * multiple), options)
        #expect(Self.difference(moved, Self.rolled(made, multiple, 2 * multiple)) <= 1)
        options.seamless = nil
        #expect(Self.difference(try model.translate(image, options), made) > 1)
    }

    @Test func sizesThatDoNotRepeatAreRefused() throws {
        let model = try Model.load(TinyModels.shared().translator)
        let multiple = model.network.multiple
        var options = TranslationOptions(fit: .pad)
        options.seamless = .x
        let error = #expect(throws: TranslationLimit.self) {
            try model.translate(Self.texture(2 * multiple + 1, multiple), options)
        }
        #expect(error == .repetition(2 * multiple + 1, multiple, multiple: multiple, 3 * multiple, multiple))
        // Rows do not repeat, so any number will do.
        #expect(try model.translate(Self.texture(2 * multiple, multiple + 1), options).height == multiple + 1)
        (options.fit, options.size) = (.resize, 4 * multiple)
        let image = Self.texture(90, 70)
        let made = try model.translate(image, options)
        #expect(made.width == 90 && made.height == 70)
        let moved = try model.translate(Self.rolled(image, 0, 45), options)
        #expect(Self.difference(moved, Self.rolled(made, 0, 45)) <= 2)
    }

    /// Tiles at a border are blended with those on the other side.
    @Test func tiledTranslationsRepeat() throws {
        let model = try Model.load(TinyModels.shared().translator)
        var options = TranslationOptions(fit: .tile)
        (options.tile, options.overlap, options.seamless) = (32, 16, .xy)
        options.statistics = .running
        let image = Self.texture(96, 96)
        let made = try model.translate(image, options)
        let moved = try model.translate(Self.rolled(image, 48, 16), options)
        // Tiles lie 16 pixels apart here, so that rolling by as much changes nothing.
        #expect(Self.difference(moved, Self.rolled(made, 48, 16)) <= 1)
        let seams = Self.seams([made], period: 16)
        #expect(seams.x < 1.6 && seams.y < 1.6, "\(seams)")
    }

    // MARK: Upscaling

    @Test func upscaledImagesRepeat() throws {
        let model = try Model.load("photo-x2")
        var options = UpscalingOptions()
        options.seamless = .xy
        let image = Self.texture(40, 28)
        let made = try model.upscale(image, options)
        let moved = try model.upscale(Self.rolled(image, 9, 5), options)
        #expect(Self.difference(moved, Self.rolled(made, 18, 10)) <= 1)
        let (seams, before) = (Self.seams([made], period: 2), Self.seams([image], period: 1))
        #expect(seams.x < 1.3 * before.x && seams.y < 1.3 * before.y, "\(seams), \(before)")
    }
}
