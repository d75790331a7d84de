import ForeignWeights
import Layers
import Models
import TensorCore
import TestSupport
import Testing

@testable import StyleGAN

/// Files with the layouts of StyleGAN's programs give the images that an implementation in PyTorch gives.
@Suite struct OfficialFileTests {
    static let files = [
        "stylegan2-ada.pkl", "stylegan2-tensorflow.pkl", "stylegan2-rosinality.pt", "stylegan3-t.pkl",
        "stylegan3-r.pkl",
    ]

    private func model(_ file: String) throws -> Model {
        try Model(file: Fixtures.path("StyleGAN/" + file), among: .styleGANs)
    }

    /// The reference's image; both layouts of the plain StyleGAN2 hold one network.
    private func expected(_ file: String, truncated: Bool = false) throws -> Tensor {
        let images = try Safetensors.read(Fixtures.path("StyleGAN/images.safetensors")).tensors
        let name = file == "stylegan2-rosinality.pt" ? "stylegan2-tensorflow.pkl" : file
        return try #require(images[name + (truncated ? ".truncated" : "")])
    }

    private func distance(_ a: Tensor, _ b: Tensor) -> Float {
        a.shape == b.shape ? zip(a.values, b.values).reduce(0) { max($0, abs($1.0 - $1.1)) } : .infinity
    }

    @Test(arguments: files)
    func theSeedGivesTheReferencesImage(_ file: String) throws {
        let model = try model(file)
        let labels = model.classNames.isEmpty ? nil : [1]
        for truncation in [nil, 0.5] {
            let generator = try model.generator(truncation: truncation)
            let latents = generator.latents(forSeeds: [7])
            let image = generator.images(latents: latents, labels: labels)
            let difference = distance(image, try expected(file, truncated: truncation != nil))
            #expect(difference < 1e-4, "\(truncation ?? 1): \(difference)")
        }
    }

    @Test(arguments: files)
    func aPassWithoutAPlanGivesTheSame(_ file: String) throws {
        let model = try model(file)
        let network = try model.generator().network
        let latents = SeededLatents.normal(seeds: [7, 8], size: network.latentSize, from: .numpy)
        let labels = model.classNames.isEmpty ? [] : [1, 0]
        let images = network(latents, labels: labels, .inference)
        #expect(distance(images.slice(axis: 0, from: 0, count: 1), try expected(file)) < 1e-4)
        let second = network(latents.slice(axis: 0, from: 1, count: 1), labels: Array(labels.dropFirst()), .inference)
        #expect(distance(images.slice(axis: 0, from: 1, count: 1), second) < 1e-5)
    }

    @Test func sizesAreDetected() throws {
        let ada = try model("stylegan2-ada.pkl")
        var sizes = StyleGANParameters()
        (sizes.image, sizes.classCount, sizes.clamp) = (ImageShape(size: 32, channels: 3), 3, 2)
        (sizes.latentSize, sizes.styleSize, sizes.mappingLayers) = (8, 8, 2)
        (sizes.channelBase, sizes.channelMax, sizes.latentSource) = (96, 6, .numpy)
        #expect(ada.network == NetworkConfiguration(.styleGAN2, sizes))
        #expect(ada.classNames == ["0", "1", "2"])
        (sizes.classCount, sizes.clamp) = (0, 0)
        #expect(try model("stylegan2-tensorflow.pkl").network == NetworkConfiguration(.styleGAN2, sizes))
        #expect(try model("stylegan2-rosinality.pt").network == NetworkConfiguration(.styleGAN2, sizes))
        let free = try #require(try model("stylegan3-r.pkl").network.parameters as? AliasFreeParameters)
        #expect(free.isRadial && free.kernel == 1 && free.layers == 6 && free.channelBase == 160)
    }

    @Test func theAverageIsTakenAndSaid() throws {
        #expect(try model("stylegan2-ada.pkl").source?.description == "G_ema (a moving average)")
        #expect(try model("stylegan2-tensorflow.pkl").source?.choice == "Gs (a moving average), not G")
        #expect(try model("stylegan2-rosinality.pt").source?.description == "g_ema (a moving average)")
    }

    /// The program's own way when a checkpoint lacks the average style.
    @Test func aMissingAverageStyleIsComputed() throws {
        let whole = try model("stylegan2-rosinality.pt")
        let foreign = try ForeignWeights(path: Fixtures.path("StyleGAN/stylegan2-rosinality.pt"))
        let part = try #require(foreign.parts.first)
        let tensors = try foreign.tensors(of: part, named: part.entries.keys.filter { $0 != "latent_avg" })
        let found = try [Architecture].styleGANs.detect(tensors)
        let average = try #require(found.tensors["mapping.w_avg"])
        let network: StyleGenerator = try whole.built(for: .generate)
        let latents = Random(seed: 1).normal([4096, 8])
        let other = network.mapping(latents, classes: nil, .inference).mean(axes: [0])
        #expect(distance(average, other) < 0.2)
        #expect(found.configuration == whole.network)
    }
}
