import Foundation
import ImageFiles
import Testing

@testable import ImageData

@Suite struct IDXTests {
    private func reason(_ folder: SampleFolder) -> String {
        let error = failure { _ = try DatasetReader.open(folder.path) }
        guard case .corrupt(let file, let reason)? = error as? DatasetError else {
            return "unexpected: \(String(describing: error))"
        }
        return "\((file as NSString).lastPathComponent): \(reason)"
    }

    @Test func readsImagesAndLabels() throws {
        let folder = try SampleFolder()
        try folder.writeIDX()
        try folder.writeIDX(split: "t10k", count: 5)
        let set = try DatasetReader.open(folder.path)
        #expect(set.count == 20 && set.layout == .idx && set.channels == 1)
        #expect(set.classNames == (0..<10).map(String.init))
        #expect(set.label(13) == 3)
        #expect(try set.image(3) == plainImage(4, 4, [21]))
        #expect(try DatasetReader.open(folder.path, options: DatasetOptions(split: .test)).count == 5)
    }

    @Test func fashionNamesAndSuggestion() throws {
        let folder = try SampleFolder(named: "Fashion-MNIST")
        try folder.writeIDX(side: 28)
        let set = try DatasetReader.open(folder.path)
        #expect(set.classNames.first == "T-shirt/top" && set.classNames.last == "Ankle boot")
        #expect(set.suggestedSize == 32)
        #expect(Fit.automatic(for: set, size: 32) == .pad)
        #expect(Fit.automatic(for: set, size: 64) == .crop)
    }

    @Test func classListOverridesTheNames() throws {
        let folder = try SampleFolder(named: "fashion-mnist")
        try folder.writeIDX(classes: 3)
        try folder.write("red\r\n  light green \n\nblue\n", to: "classes.txt")
        #expect(try DatasetReader.open(folder.path).classNames == ["red", "light green", "blue"])
        try folder.write("red\nblue\n", to: "classes.txt")
        #expect(reason(folder).contains("label 2, but only 2 classes"))
    }

    @Test func compressedFilesAndOtherPlaces() throws {
        let folder = try SampleFolder()
        let images = idx([2, 1, 1], [5, 6])
        // A gzip member that stores its data without compressing it.
        let length = UInt8(images.count)
        let stored: [UInt8] = [1, length, 0, 255 - length, 255] + images
        let check = crc32(images)
        let tail = [0, 8, 16, 24].map { UInt8(check >> $0 & 255) } + [length, 0, 0, 0]
        try folder.write([31, 139, 8, 0, 0, 0, 0, 0, 0, 3] + stored + tail, to: "MNIST/raw/train-images.idx3-ubyte.gz")
        try folder.write(idx([2], [0, 9]), to: "MNIST/raw/train-labels.idx1-ubyte")
        let set = try DatasetReader.open(folder.path)
        #expect(set.count == 2 && set.label(1) == 9)
        try folder.write(
            Array(([31, 139, 8, 0, 0, 0, 0, 0, 0, 3] + stored).prefix(20)),
            to: "MNIST/raw/train-images.idx3-ubyte.gz")
        #expect(reason(folder).contains("truncated"))
    }

    @Test func oneFileIsEnough() throws {
        let folder = try SampleFolder()
        try folder.writeIDX(split: "t10k", count: 3)
        let set = try DatasetReader.open(folder.path + "/t10k-images-idx3-ubyte")
        #expect(set.count == 3 && set.split == .test && set.isLabeled)
        try folder.write(idx([1, 2, 2], [1, 2, 3, 4]), to: "mine-idx3-ubyte")
        #expect(try !DatasetReader.open(folder.path + "/mine-idx3-ubyte").isLabeled)
    }

    @Test func everyTruncationIsRefused() {
        let whole = idx([2, 2, 2], Array(1...8))
        for length in 0..<whole.count {
            #expect(failure { _ = try IDXFile(bytes: Array(whole.prefix(length)), path: "f", rank: 3) } is DatasetError)
        }
        #expect(failure { _ = try IDXFile(bytes: whole + [0], path: "f", rank: 3) } is DatasetError)
        #expect(failure { _ = try IDXFile(bytes: whole, path: "f", rank: 3) } == nil)
    }

    @Test func corruptFilesAreNamed() throws {
        let folder = try SampleFolder()
        try folder.writeIDX()
        try folder.write(idx([19], [UInt8](repeating: 0, count: 19)), to: "train-labels-idx1-ubyte")
        #expect(reason(folder).hasPrefix("train-labels-idx1-ubyte: 19 labels for the 20 images"))
        try folder.write(idx([20, 4, 4], [1, 2, 3]), to: "train-images-idx3-ubyte")
        #expect(reason(folder).hasPrefix("train-images-idx3-ubyte: truncated"))
        try folder.write("PNG and more", to: "train-images-idx3-ubyte")
        #expect(reason(folder).contains("magic number"))
        try folder.write([0, 0, 13, 3, 0, 0, 0, 1], to: "train-images-idx3-ubyte")
        #expect(reason(folder).contains("type 13"))
        try folder.write(idx([3], [1, 2, 3]), to: "train-images-idx3-ubyte")
        #expect(reason(folder).contains("mixed up"))
        try folder.write([0, 0, 8, 3] + [UInt8](repeating: 255, count: 12), to: "train-images-idx3-ubyte")
        #expect(reason(folder).hasPrefix("train-images-idx3-ubyte: "))
        try folder.write(idx([0, 4, 4], []), to: "train-images-idx3-ubyte")
        #expect(failure { _ = try DatasetReader.open(folder.path) } is DatasetError)
    }

    private func crc32(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(UInt32.max) { sum, byte in
            (0..<8).reduce(sum ^ UInt32(byte)) { value, _ in value >> 1 ^ (value & 1 == 1 ? 0xEDB8_8320 : 0) }
        }
    }
}
