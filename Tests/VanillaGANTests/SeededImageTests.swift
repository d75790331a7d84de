import CPUBackend
import Models
import TensorCore
import Testing
import Training
import VanillaGAN

/// A seed's image is the same whatever it is made together with, and on however many threads.
@Suite struct SeededImageTests {
    @Test(arguments: VanillaGANConfiguration.Network.allCases)
    func imagesDependOnTheirSeedOnly(network: VanillaGANConfiguration.Network) throws {
        var configuration = VanillaGANConfiguration(
            image: ImageShape(size: 32, channels: 1, contentWidth: 28, contentHeight: 28), network: network)
        configuration.latentSize = 20
        configuration.generatorWidth = 8
        let generator = Generator(configuration.makeGenerator(random: Random(seed: 6)), image: configuration.image)
        #expect(generator.latentSize == 20 && generator.channels == 1 && generator.classNames.isEmpty)
        #expect(generator.imageSize == (width: 28, height: 28))
        let seeds = (0..<13).map { UInt64($0) }
        func images(_ batch: Int) -> [[Float]] {
            stride(from: 0, to: seeds.count, by: batch).flatMap { start in
                let some = Array(seeds[start..<min(start + batch, seeds.count)])
                let made = generator.images(latents: generator.latents(forSeeds: some), labels: nil)
                return some.indices.map { made.slice(axis: 0, from: $0, count: 1).values }
            }
        }
        let together = images(13)
        #expect(Set(together).count == 13 && together[0].count == 28 * 28)
        for batch in [1, 4, 5] { #expect(images(batch) == together, "batches of \(batch)") }
        let threads = computeThreads
        defer { setComputeThreads(threads) }
        for count in [1, 2, 3] {
            setComputeThreads(count)
            #expect(images(13) == together, "\(count) threads")
            #expect(images(1) == together, "\(count) threads, one by one")
        }
    }
}
