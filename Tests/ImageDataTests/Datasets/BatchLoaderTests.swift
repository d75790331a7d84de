import ImageFiles
import TensorCore
import Testing

@testable import ImageData

@Suite struct BatchLoaderTests {
    private func folder(count: Int = 20) throws -> SampleFolder {
        let folder = try SampleFolder()
        try folder.writeIDX(count: count, side: 8)
        return folder
    }

    @Test func batchIsFramedAndScaled() throws {
        let folder = try folder()
        let loader = BatchLoader(
            try DatasetReader.open(folder.path), size: 10, channels: 1, batch: 5, seed: 1)
        let batch = try loader.batch(at: 0)
        #expect(batch.images.shape == [5, 1, 10, 10])
        #expect(loader.content == FrameContent(x: 1, y: 1, width: 8, height: 8))
        let values = batch.images.values
        for (number, index) in batch.indices.enumerated() {
            #expect(values[number * 100] == -1, "the border is black")
            #expect(values[number * 100 + 11] == Float(index * 7) / 127.5 - 1)
            #expect(batch.labels[number] == index % 10)
        }
    }

    @Test(arguments: [2, 3]) func partsOfRanksAreThoseOfTheWholeBatch(_ ranks: Int) throws {
        let folder = try folder()
        let dataset = try DatasetReader.open(folder.path)
        func loader(_ share: Share) -> BatchLoader {
            BatchLoader(dataset, size: 8, channels: 1, batch: 6, seed: 3, flip: true, share: share)
        }
        let alone = loader(.whole)
        let parts = (0..<ranks).map { loader(Share(index: $0, count: ranks)) }
        for step in [0, 1, 5, 3] {
            let whole = try alone.batch(at: step)
            let found = try parts.map { try $0.batch(at: step) }
            #expect(found.flatMap(\.indices) == whole.indices && found.flatMap(\.labels) == whole.labels)
            #expect(found.flatMap(\.images.values) == whole.images.values)
            // The first rank also makes whole batches, to measure and to show.
            #expect(try parts[0].whole(at: step).images.values == whole.images.values)
        }
    }

    @Test func batchDependsOnSeedAndStepOnly() throws {
        let folder = try folder()
        let dataset = try DatasetReader.open(folder.path)
        func loader(seed: UInt64 = 3, prefetch: Int = 2, cache: Int = 1 << 20) -> BatchLoader {
            BatchLoader(
                dataset, size: 8, channels: 1, batch: 7, seed: seed, flip: true, prefetch: prefetch,
                cacheBytes: cache)
        }
        let straight = loader()
        let known = try (0..<9).map { try straight.batch(at: $0) }
        let resumed = loader(prefetch: 0, cache: 0)
        for step in [8, 3, 4, 4, 0, 7] {
            let again = try resumed.batch(at: step)
            #expect(again.indices == known[step].indices)
            #expect(again.images.values == known[step].images.values)
            #expect(again.labels == known[step].labels)
        }
        let jumping = loader(prefetch: 3)
        for step in [5, 6, 1, 2, 6] { #expect(try jumping.batch(at: step).indices == known[step].indices) }
        #expect(try loader(seed: 4).batch(at: 0).indices != known[0].indices)
    }

    @Test func everyEpochShowsEveryImageOnceInAnotherOrder() throws {
        let folder = try folder()
        let loader = BatchLoader(try DatasetReader.open(folder.path), size: 8, channels: 1, batch: 6, seed: 9)
        let seen = try (0..<10).flatMap { try loader.batch(at: $0).indices }
        for epoch in 0..<3 {
            #expect(Set(seen[(epoch * 20)..<(epoch * 20 + 20)]) == Set(0..<20))
        }
        #expect(Array(seen[0..<20]) != Array(seen[20..<40]))
        #expect(Array(seen[0..<20]) != Array(0..<20))
    }

    @Test func flippingMirrorsAboutHalf() throws {
        let folder = try SampleFolder()
        try folder.write(
            idx([40, 2, 2], (0..<40).flatMap { _ in [0, 255, 0, 255] as [UInt8] }), to: "train-images-idx3-ubyte")
        let dataset = try DatasetReader.open(folder.path)
        let flipped = try BatchLoader(dataset, size: 2, channels: 1, batch: 40, seed: 2, flip: true).batch(at: 0)
        let mirrored = (0..<40).filter { flipped.images.values[$0 * 4] == 1 }.count
        #expect((8...32).contains(mirrored))
        let straight = try BatchLoader(dataset, size: 2, channels: 1, batch: 40, seed: 2).batch(at: 0)
        #expect((0..<40).allSatisfy { straight.images.values[$0 * 4] == -1 })
    }

    @Test func brokenImagesAreReplacedAndNamed() throws {
        let folder = try SampleFolder()
        for number in 0..<6 {
            try folder.write(plainImage(8, 8, [UInt8(number * 20)]), to: "a/\(number).png")
        }
        try folder.write("not an image", to: "a/2.png")
        let dataset = try DatasetReader.open(folder.path)
        let loader = BatchLoader(dataset, size: 8, channels: 1, batch: 6, seed: 5)
        let batch = try loader.batch(at: 0)
        #expect(batch.count == 6)
        #expect(!batch.indices.contains(2))
        #expect(batch.indices.filter { $0 == 3 }.count == 2)
        _ = try loader.batch(at: 1)
        #expect(loader.warnings.count == 1)
        #expect(loader.warnings[0].contains("a/2.png"))
    }

    @Test func setOfBrokenImagesIsAnError() throws {
        let folder = try SampleFolder()
        let image = try plainImage(64, 64, [9, 8, 7]).encoded(as: EncodingOptions(.png))
        for number in 0..<3 { try folder.write(Array(image.prefix(60)), to: "\(number).png") }
        let dataset = try DatasetReader.open(folder.path)
        let loader = BatchLoader(dataset, size: 16, channels: 3, batch: 2, seed: 5)
        #expect(failure { _ = try loader.batch(at: 0) } is DatasetError)
        #expect(loader.warnings.count == 3)
    }

    @Test func walkShowsEverythingOnceInOrder() throws {
        let folder = try folder()
        let loader = BatchLoader(
            try DatasetReader.open(folder.path), size: 8, channels: 3, batch: 6, seed: 1, flip: true)
        var sizes: [Int] = []
        var indices: [Int] = []
        try loader.forEachBatch { batch in
            sizes.append(batch.count)
            indices += batch.indices
            #expect(batch.images.shape == [batch.count, 3, 8, 8])
        }
        #expect(sizes == [6, 6, 6, 2])
        #expect(indices == Array(0..<20))
        indices = []
        try loader.forEachBatch(limit: 5) { indices += $0.indices }
        #expect(indices == [0, 4, 8, 12, 16])
    }

    @Test func generatorLabelsAreBalanced() throws {
        let folder = try folder()
        let loader = BatchLoader(try DatasetReader.open(folder.path), size: 8, channels: 1, batch: 6, seed: 1)
        let labels = loader.balancedLabels(34, at: 5)
        let counts = (0..<10).map { label in labels.filter { $0 == label }.count }
        #expect(counts.allSatisfy { $0 == 3 || $0 == 4 })
        #expect(labels == loader.balancedLabels(34, at: 5))
        #expect(labels != loader.balancedLabels(34, at: 6))
        #expect(labels != labels.sorted())
    }
}
