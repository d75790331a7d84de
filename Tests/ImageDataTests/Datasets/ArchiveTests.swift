import Files
import Foundation
import ImageFiles
import Testing

@testable import ImageData

/// Datasets in zip archives.
@Suite struct ArchiveTests {
    private let folder: SampleFolder

    init() throws { folder = try SampleFolder() }

    /// A zip archive of stored files, as StyleGAN's dataset tool writes it.
    private static func zip(_ files: [(name: String, bytes: [UInt8])]) -> [UInt8] {
        func number(_ value: Int, _ size: Int) -> [UInt8] { (0..<size).map { UInt8(value >> (8 * $0) & 255) } }
        var (local, directory) = ([UInt8](), [UInt8]())
        for (name, bytes) in files {
            let sums = number(Int(checksum(bytes)), 4) + number(bytes.count, 4) + number(bytes.count, 4)
            let names = number(name.utf8.count, 2) + number(0, 2)
            let offset = local.count
            local += [0x50, 0x4B, 3, 4, 20, 0, 0, 0, 0, 0] + number(0, 4) + sums + names + Array(name.utf8) + bytes
            directory += [0x50, 0x4B, 1, 2, 20, 3, 20, 0, 0, 0, 0, 0] + number(0, 4) + sums + names
            directory += number(0, 10) + number(offset, 4) + Array(name.utf8)
        }
        return local + directory + [0x50, 0x4B, 5, 6] + number(0, 4) + number(files.count, 2) + number(files.count, 2)
            + number(directory.count, 4) + number(local.count, 4) + number(0, 2)
    }

    private func png(_ gray: Int) throws -> [UInt8] {
        try plainImage(16, 16, [UInt8(gray)]).encoded(as: EncodingOptions(.png))
    }

    private func images(_ names: [String]) throws -> [(name: String, bytes: [UInt8])] {
        try names.enumerated().map { ($1, try png($0)) }
    }

    private func open(
        _ files: [(name: String, bytes: [UInt8])], _ split: DatasetSplit = .train
    ) throws -> any ImageDataset {
        try folder.write(Self.zip(files), to: "set.zip")
        return try DatasetReader.open(folder.path + "/set.zip", options: DatasetOptions(split: split))
    }

    @Test func anArchiveOfStyleGANsDatasetToolIsRead() throws {
        let names = (0..<4).map { "00000/img0000000\($0).png" }
        let labels = names.enumerated().map { #"["\#($1)", \#($0 % 2)]"# }.joined(separator: ",")
        let set = try open(images(names) + [("dataset.json", Array(#"{"labels": [\#(labels)]}"#.utf8))])
        #expect(set.layout == .labelList && set.classNames == ["0", "1"] && set.classCounts == [2, 2])
        #expect((0..<4).map(set.label) == [0, 1, 0, 1] && set.imageSize == ImageSize(width: 16, height: 16))
        #expect(try set.image(3).converted8().samples == .bits8([UInt8](repeating: 3, count: 256)))
        #expect(set.name(2).hasSuffix("set.zip/00000/img00000002.png") && set.byteCount(2) > 0)
        let loader = BatchLoader(set, size: 16, channels: 1, batch: 4, seed: 1)
        #expect(try loader.batch(at: 0).images.shape == [4, 1, 16, 16] && loader.warnings.isEmpty)
    }

    @Test func anArchiveWithoutLabelsHasNoClasses() throws {
        let set = try open(
            images(["00000/a.png", "00001/b.png"]) + [("dataset.json", Array(#"{"labels": null}"#.utf8))])
        #expect(!set.isLabeled && set.count == 2)
    }

    @Test func foldersInAnArchiveAreClasses() throws {
        let set = try open(
            images(["flowers/train/rose/1.png", "flowers/train/tulip/2.png", "flowers/test/rose/3.png"])
                + [("flowers/train/.DS_Store", [1]), ("__MACOSX/flowers/train/rose/._1.png", [1])])
        #expect(set.classNames == ["rose", "tulip"] && set.count == 2 && set.layout == .classFolders)
        let test = try DatasetReader.open(folder.path + "/set.zip", options: DatasetOptions(split: .test))
        #expect(test.count == 1 && test.classNames == ["rose"])
        #expect(throws: DatasetError.self) { try open(images(["a/1.png", "b/2.png"]), .test) }
    }

    @Test func aTableInAnArchiveIsRead() throws {
        let set = try open(images(["a.png", "b.png"]) + [("labels.csv", Array("file,label\na.png,x\nb.png,y".utf8))])
        #expect(set.classNames == ["x", "y"])
    }

    @Test func aBrokenImageIsSkippedByName() throws {
        let set = try open(images(["a.png"]) + [("b.png", Array("no image".utf8))])
        let loader = BatchLoader(set, size: 16, channels: 1, batch: 4, seed: 1)
        #expect(try loader.batch(at: 0).indices == [0, 0, 0, 0])
        #expect(loader.warnings.count == 1 && loader.warnings[0].contains("set.zip/b.png"))
    }

    @Test func damagedArchivesAreRefusedByName() throws {
        let whole = try Self.zip(images(["a/1.png", "a/2.png", "b/3.png"]))
        func refused(_ bytes: [UInt8]) throws -> String? {
            try folder.write(bytes, to: "set.zip")
            do {
                let set = try DatasetReader.open(folder.path + "/set.zip")
                for index in 0..<set.count { _ = try? set.image(index) }
                return nil
            } catch {
                return "\(error)"
            }
        }
        for length in stride(from: 0, to: whole.count, by: 13) {
            #expect(try refused(Array(whole.prefix(length)))?.contains("set.zip") == true)
        }
        for place in stride(from: 0, to: whole.count, by: 3) {
            var changed = whole
            changed[place] ^= 0x41
            if let words = try refused(changed) { #expect(words.contains("set.zip"), "byte \(place): \(words)") }
        }
        #expect(try refused(Self.zip([("notes.txt", [1])]))?.contains("no images in the archive") == true)
    }
}
