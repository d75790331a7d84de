import Models
import Testing

@testable import Atelier

/// The networks that suit images when nobody has asked for some.
@Suite struct SuitedGeneratorTests {
    private func kind(
        size: Int = 128, channels: Int = 3, count: Int = 100, classes: Bool = false, hasFeatures: Bool = true
    ) -> String? {
        let image = ImageShape(size: size, channels: channels)
        return SuitedGenerator(image, count: count, classes: classes, hasFeatures: hasFeatures).choice?.family.kind
    }

    @Test(arguments: [false, true])
    func fewColorImagesSuitFastGAN(classes: Bool) {
        #expect(kind(classes: classes) == "fastgan")
        #expect(kind(size: 64, count: 5000, classes: classes) == "fastgan")
    }

    @Test(arguments: [false, true])
    func manyColorImagesSuitStyleGAN(classes: Bool) {
        #expect(kind(count: 5001, classes: classes) == "stylegan2")
        #expect(kind(size: 32, count: 50_000, classes: classes) == "stylegan2")
        #expect(kind(size: 512, count: 50_000, classes: classes, hasFeatures: false) == "stylegan2")
    }

    @Test func grayAndSmallImagesSuitTheFirstNetworks() {
        #expect(kind(channels: 1) == nil)
        #expect(kind(channels: 1, count: 60_000) == nil)
        #expect(kind(size: 32) == nil)
    }

    @Test func alphaSuitsStyleGAN() { #expect(kind(size: 32, channels: 4) == "stylegan2") }

    @Test func withoutFeaturesTheFirstNetworksRemain() { #expect(kind(hasFeatures: false) == nil) }

    @Test(arguments: [(false, "dcgan"), (true, "projection")])
    func theReasonNamesTheNetworks(classes: Bool, name: String) {
        let image = ImageShape(size: 28, channels: 1)
        let reason = SuitedGenerator(image, count: 9, classes: classes, hasFeatures: true).reason
        #expect(reason == "the networks are those of \(name), because the images are gray")
    }
}
