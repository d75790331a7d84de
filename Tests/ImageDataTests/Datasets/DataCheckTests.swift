import Foundation
import ImageFiles
import Testing

@testable import ImageData

@Suite struct DataCheckTests {
    /// An image that differs for every seed.
    private func busy(_ seed: Int, _ width: Int = 24, _ height: Int = 24, channels: Int = 3) -> Image {
        Image(
            width: width, height: height, channels: channels,
            samples8: (0..<width * height * channels).map { UInt8(truncatingIfNeeded: $0 * (seed + 3) + $0 * $0 / 7) })
    }

    private func names(_ findings: [DataReport.Finding]) -> [String] {
        findings.map { ($0.name as NSString).lastPathComponent }
    }

    @Test func findsWhatIsWrong() throws {
        let folder = try SampleFolder()
        for number in 0..<12 { try folder.write(busy(number), to: "cat/\(number).png") }
        for number in 20..<23 { try folder.write(busy(number), to: "dog/\(number).png") }
        try folder.write(busy(3), to: "dog/copy.png")
        try folder.write(busy(5), to: "cat/again.png")
        try folder.write("not an image", to: "cat/text.png")
        try folder.write(Array(try busy(50).encoded(as: EncodingOptions(.png)).prefix(300)), to: "cat/cut.png")
        try folder.write(plainImage(24, 24, [4, 5, 6]), to: "dog/blank.png")
        try folder.write(busy(60, 100, 24), to: "dog/long.png")
        try folder.write(busy(61, 3, 3), to: "dog/tiny.png")
        try folder.write(busy(62, channels: 1), to: "cat/gray.png")
        let report = try DataCheck.run(path: folder.path)
        #expect(report.layout == .classFolders && report.classNames == ["cat", "dog"])
        #expect(report.parts.map(\.count) == [23] && report.parts[0].classCounts == [16, 7])
        #expect(names(report.broken) == ["cut.png", "text.png"])
        #expect(report.broken[0].reason.contains("truncated"))
        #expect(names(report.odd) == ["gray.png", "blank.png", "long.png", "tiny.png"])
        #expect(report.sizes.first == DataReport.Share(name: "24×24", count: 19))
        #expect(report.modes.map(\.name) == ["RGB 8-bit", "gray 8-bit"])
        #expect(
            report.duplicates.map { $0.names.map { ($0 as NSString).lastPathComponent } }
                == [["3.png", "copy.png"], ["5.png", "again.png"]])
        #expect(report.duplicates.map(\.classesDiffer) == [true, false])
        #expect(report.nearDuplicates == nil)
        #expect(report.warnings.contains { $0.contains("few images") })
        #expect(report.warnings.contains { $0.contains("more than one class") })
        #expect(!report.isSound)
        for piece in ["cat", "cut.png: truncated", "Duplicates: 2", "blank", "--size"] {
            #expect(report.text.contains(piece), "\(piece) in\n\(report.text)")
        }
        let copy = try JSONDecoder().decode(DataReport.self, from: JSONEncoder().encode(report))
        #expect(copy == report)
    }

    @Test func bothPartsAreCheckedAgainstEachOther() throws {
        let folder = try SampleFolder()
        for number in 0..<4 { try folder.write(busy(number), to: "train/a/\(number).png") }
        try folder.write(busy(2), to: "test/a/same.png")
        try folder.write(busy(9), to: "test/a/other.png")
        let report = try DataCheck.run(path: folder.path)
        #expect(report.parts.map(\.split) == [.train, .test] && report.count == 6)
        #expect(report.duplicates.count == 1 && report.duplicates[0].splitsDiffer)
        #expect(report.warnings.contains { $0.contains("training and the test part") })
    }

    @Test func unevenClassesAndNearDuplicates() throws {
        let folder = try SampleFolder()
        for number in 0..<9 { try folder.write(busy(number * 5), to: "many/\(number).png") }
        try folder.write(busy(77), to: "few/1.png")
        guard case .bits8(var samples) = busy(77).samples else { return }
        samples[100] ^= 1
        try folder.write(Image(width: 24, height: 24, channels: 3, samples8: samples), to: "few/2.png")
        let report = try DataCheck.run(path: folder.path, options: DataCheckOptions(nearDuplicates: true))
        #expect(report.duplicates.isEmpty)
        #expect(report.nearDuplicates?.contains { $0.names.count == 2 && $0.names[0].contains("few/1.png") } == true)
        #expect(report.warnings.contains { $0.contains("9 of many, 2 of few") })
    }

    @Test func idxWithOneCopy() throws {
        let folder = try SampleFolder(named: "fashion-mnist")
        try folder.write(
            idx([3, 2, 2], [1, 2, 3, 4, 1, 2, 3, 5, 1, 2, 3, 4]), to: "train-images-idx3-ubyte")
        try folder.write(idx([3], [0, 1, 0]), to: "train-labels-idx1-ubyte")
        let report = try DataCheck.run(path: folder.path)
        #expect(report.duplicates.count == 1)
        #expect(report.duplicates[0].names.allSatisfy { $0.hasSuffix("#0") || $0.hasSuffix("#2") })
        #expect(report.text.contains("T-shirt/top"))
    }

    @Test func noDataSetIsAnError() throws {
        let folder = try SampleFolder()
        #expect(failure { _ = try DataCheck.run(path: folder.path) } is DatasetError)
    }
}
