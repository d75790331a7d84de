import ImageFiles
import TensorCore
import Testing

@testable import ImageData

@Suite struct CropTests {
    /// A photo in which every place has a color of its own.
    private func photo(_ width: Int, _ height: Int, blue: UInt8) -> Image {
        let samples = (0..<width * height).flatMap { [UInt8($0 % width), UInt8($0 / width), blue] }
        return Image(width: width, height: height, channels: 3, samples8: samples)
    }

    private func folder() throws -> SampleFolder {
        let folder = try SampleFolder()
        for number in 0..<4 {
            try folder.write(photo(80 + 4 * number, 60, blue: UInt8(number)), to: "in/\(number).png")
        }
        return folder
    }

    private func loader(_ folder: SampleFolder, cache: Int = 1 << 20, group: Int = 1 << 20) throws -> CropLoader {
        let frame = CropFrame(cropSize: 24, scale: 4, groupBytes: group)
        return CropLoader(
            try PhotoSet([folder.path], scale: 4, leastSide: 24), frame: frame, batch: 3, seed: 7, cacheBytes: cache)
    }

    @Test func smallCropsShowWhatLargeOnesShow() throws {
        let folder = try folder()
        defer { withExtendedLifetime(folder) {} }
        let loader = try loader(folder)
        var corners: Set<Float> = []
        for step in 0..<8 {
            let batch = try loader.batch(at: step)
            #expect(batch.small.shape == [3, 3, 6, 6] && batch.large.shape == [3, 3, 24, 24])
            // On a slope a small pixel is the mean of the square that it stands for.
            let means = batch.large.averagePooled(window: 4)
            for (small, mean) in zip(batch.small.values, means.values) { #expect(abs(small - mean) < 1.01 / 255) }
            corners.insert(batch.large.values[0])
        }
        #expect(corners.count > 4, "places and turns differ")
    }

    @Test func batchesDependOnSeedAndStepOnly() throws {
        let folder = try folder()
        let (first, second) = (try loader(folder), try loader(folder, cache: 0))
        _ = try first.batch(at: 3)
        for step in [5, 0, 1] {
            let (a, b) = (try first.batch(at: step), try second.batch(at: step))
            #expect(a.large.values == b.large.values && a.small.values == b.small.values)
        }
    }

    @Test(arguments: [2, 3]) func partsOfRanksAreThoseOfTheWholeBatch(_ ranks: Int) throws {
        let folder = try folder()
        defer { withExtendedLifetime(folder) {} }
        let photos = try PhotoSet([folder.path], scale: 4, leastSide: 24)
        let frame = CropFrame(cropSize: 24, scale: 4, degradation: .practical)
        func loader(_ share: Share) -> CropLoader {
            CropLoader(photos, frame: frame, batch: 6, seed: 7, share: share)
        }
        let alone = loader(.whole)
        let parts = (0..<ranks).map { loader(Share(index: $0, count: ranks)) }
        for step in [0, 4, 1] {
            let whole = try alone.batch(at: step)
            let found = try parts.map { try $0.batch(at: step) }
            #expect(found.flatMap(\.large.values) == whole.large.values)
            #expect(found.flatMap(\.small.values) == whole.small.values)
        }
    }

    @Test func theOrderTakesPhotosInGroupsAndEveryPartOnce() {
        let sizes = (0..<10).map { _ in ImageSize(width: 960, height: 960) }
        let order = CropOrder(sizes, channels: 1, groupBytes: 2 * 960 * 960, seed: 1)
        #expect(order.count == 40)
        let round = order.photos(at: 0..<40)
        for photo in 0..<10 { #expect(round.count { $0 == photo } == 4) }
        for group in 0..<5 { #expect(Set(round[group * 8..<group * 8 + 8]).count == 2) }
        #expect(order.photos(at: 40..<80) != round)
        #expect(order.photos(at: 35..<45) == round[35...] + order.photos(at: 40..<45))
    }

    @Test func theCacheStaysWithinItsBound() throws {
        let folder = try folder()
        defer { withExtendedLifetime(folder) {} }
        let set = try PhotoSet([folder.path], scale: 4, leastSide: 24)
        let one = 80 * 60 * 3
        let cache = PhotoCache(set.photos, channels: 3, bytes: 2 * one + 2000)
        for index in [0, 1, 2, 0, 3, 3] {
            #expect(try cache.photo(index).large.width == 80 + 4 * index)
            #expect(cache.bytes <= 2 * one + 2000)
        }
    }

    @Test func trueSmallVersionsAreFoundByName() throws {
        let folder = try SampleFolder()
        for number in 0..<3 {
            try folder.write(photo(64, 32, blue: UInt8(number)), to: "HR/000\(number).png")
            let small = plainImage(32, 16, [9, 9, UInt8(number)])
            try folder.write(small, to: "LR/000\(number)\(number == 0 ? "" : "x2").png")
        }
        try folder.write(photo(64, 32, blue: 9), to: "HR/lonely.png")
        try folder.write(photo(40, 32, blue: 9), to: "HR/odd.png")
        try folder.write(plainImage(32, 16, [9, 9, 9]), to: "LR/odd.png")
        let set = try PhotoSet(
            [folder.path + "/HR"], smallPaths: [folder.path + "/LR"], scale: 2, leastSide: 16)
        #expect(set.photos.count == 3)
        #expect(set.notes.count == 2 && set.notes.contains { $0.contains("lonely") && $0.contains("no small version") })
        let loader = CropLoader(set, frame: CropFrame(cropSize: 16, scale: 2), batch: 4, seed: 1)
        let batch = try loader.batch(at: 0)
        let (small, large) = (batch.small.values, batch.large.values)
        for slot in 0..<4 {
            #expect(small[slot * 192 + 128] == large[slot * 768 + 512], "one photo")
            #expect(abs(small[slot * 192] - 9 / 255) < 1e-6, "its own small version")
        }
    }

    @Test func whatCannotBeUsedIsLeftOutOrSkipped() throws {
        let folder = try folder()
        try folder.write(photo(20, 60, blue: 0), to: "in/narrow.png")
        try folder.write("no image", to: "in/text.png")
        var bytes = try photo(80, 60, blue: 0).encoded(as: EncodingOptions(.png))
        bytes.removeLast(bytes.count / 2)
        try folder.write(bytes, to: "in/torn.png")
        let loader = try loader(folder)
        #expect(loader.photos.photos.count == 5 && loader.photos.notes.count == 2)
        for step in 0..<4 { _ = try loader.batch(at: step) }
        #expect(loader.warnings.count == 1 && loader.warnings.first?.contains("torn.png") == true)
        let error = #expect(throws: DatasetError.self) { try PhotoSet([folder.path], scale: 4, leastSide: 4000) }
        guard case .photosTooSmall(_, 4000, let shortest, let fitting) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(fitting > 0 && fitting <= shortest && fitting % 4 == 0)
        #expect(try !PhotoSet([folder.path], scale: 4, leastSide: fitting).photos.isEmpty)
    }

    @Test func heldImagesAreWholeOrTheirMiddle() throws {
        let folder = try folder()
        defer { withExtendedLifetime(folder) {} }
        let loader = try loader(folder)
        let whole = try loader.image(0)
        #expect(whole.small.shape == [1, 3, 15, 20] && whole.large.shape == [1, 3, 60, 80])
        let middle = try loader.image(0, longest: 42)
        #expect(middle.large.shape == [1, 3, 40, 40])
        #expect(abs(middle.large.values[0] * 255 - 20) < 1e-3)
    }

    @Test func symmetriesAreTheEightOfTheSquare() {
        let places = (0..<8).map { number in
            (0..<9).map { place -> Int in
                let from = Symmetry(number: number).source(x: place % 3, y: place / 3, side: 3)
                return from.y * 3 + from.x
            }
        }
        #expect(Set(places).count == 8)
        for order in places { #expect(Set(order) == Set(0..<9) && order[4] == 4) }
        #expect(places[Symmetry.identity.number] == Array(0..<9))
    }
}
