import Foundation
import ImageFiles
import Testing

@testable import ImageData

/// Labels in lists: StyleGAN's `dataset.json`, and tables.
@Suite struct LabelListTests {
    private let folder: SampleFolder

    init() throws {
        folder = try SampleFolder()
        for number in 0..<6 {
            try folder.write(plainImage(16, 16, [UInt8(number)]), to: "00000/img0000000\(number).png")
        }
    }

    private func open(_ name: String = "") throws -> any ImageDataset {
        try DatasetReader.open(folder.path + (name.isEmpty ? "" : "/" + name))
    }

    private func labels(_ set: any ImageDataset) -> [String] {
        (0..<set.count).map { set.classNames[set.label($0)] }
    }

    private static func json(_ labels: (Int) -> String, count: Int = 6) -> String {
        let entries = (0..<count).map { #"["00000/img0000000\#($0).png", \#(labels($0))]"# }
        return #"{"labels": [\#(entries.joined(separator: ", "))]}"#
    }

    @Test func styleGANsLabelsAreRead() throws {
        try folder.write(Self.json { "\($0 % 3)" }, to: "dataset.json")
        let set = try open()
        #expect(set.layout == .labelList && set.classNames == ["0", "1", "2"] && set.channels == 1)
        #expect(labels(set) == ["0", "1", "2", "0", "1", "2"] && set.classCounts == [2, 2, 2])
        #expect(try set.image(4).width == 16)
        #expect(set.name(0).hasSuffix("/00000/img00000000.png"))
        try folder.write("cat\ndog\nbird", to: "classes.txt")
        #expect(try open().classNames == ["cat", "dog", "bird"])
        #expect(try open("dataset.json").classNames == ["cat", "dog", "bird"])
    }

    @Test func numbersKeepTheirOrderAndMayHaveGaps() throws {
        try folder.write(Self.json { ["10", "2", "10", "2", "7", "7"][$0] }, to: "dataset.json")
        let set = try open()
        #expect(set.classNames == ["2", "7", "10"] && labels(set) == ["10", "2", "10", "2", "7", "7"])
    }

    @Test func vectorsWithASingleOneAreClasses() throws {
        try folder.write(Self.json { $0 < 3 ? "[1, 0]" : "[0, 1.0]" }, to: "dataset.json")
        #expect(try labels(open()) == ["0", "0", "0", "1", "1", "1"])
    }

    @Test func withoutLabelsAFolderIsNoClass() throws {
        for text in [#"{"labels": null}"#, "{}"] {
            try folder.write(text, to: "dataset.json")
            let set = try open()
            #expect(!set.isLabeled && set.count == 6 && set.layout == .flatFolder)
        }
    }

    @Test func whatIsMissingIsSaid() throws {
        try folder.write(
            #"{"labels": [["00000/img00000001.png", 0], ["00000/img00000002.png", 1], ["gone.png", 1]]}"#,
            to: "dataset.json")
        let set = try open()
        #expect(set.count == 2)
        #expect(set.notes.contains { $0.contains("1 file not there, such as gone.png") })
        #expect(set.notes.contains { $0.contains("4 images without a label") })
    }

    @Test(arguments: [
        #"{"labels": [["00000/img00000001.png", -1]]}"#, #"{"labels": [["00000/img00000001.png", 1.5]]}"#,
        #"{"labels": [["00000/img00000001.png", [0.3, 0.7]]]}"#, #"{"labels": [["00000/img00000001.png"]]}"#,
        #"{"labels": [3]}"#, #"{"labels": 3}"#, #"{"labels": []}"#, "[]", "", "{",
        #"{"labels": [["nothing.png", 1]]}"#, #"{"labels": [["00000/img00000001.png", 1e300]]}"#,
        #"{"labels": [["00000/img00000001.png", 1], ["00000/img00000001.png", 2]]}"#,
    ])
    func aDamagedListIsRefusedByName(_ text: String) throws {
        try folder.write(text, to: "dataset.json")
        let error = #expect(throws: DatasetError.self) { try open() }
        #expect(error?.description.contains("dataset.json") == true, "\(error?.description ?? "")")
    }

    @Test(arguments: [
        "file,label\n00000/img00000000.png,cat\n00000/img00000003.png,dog\n",
        "00000/img00000000.png,cat\r\n00000/img00000003.png,dog",
        "\u{FEFF}id;breed\n00000/img00000000;cat\n\n00000/img00000003;dog\n",
        "00000/img00000000,cat\n00000/img00000003,dog\n",
        "label\tfilename\ncat\t.\\00000\\img00000000.png\ndog\t00000/img00000003.png",
        "\"file\",\"class\"\n\"00000/img00000000.png\",\"cat\"\n\"00000/img00000003.png\",\"dog\"",
    ])
    func tablesAreReadInEverySpelling(_ text: String) throws {
        try folder.write(text, to: "labels.csv")
        #expect(try labels(open()) == ["cat", "dog"])
        try folder.write(text, to: "other.csv")
        #expect(try open("other.csv").classNames == ["cat", "dog"])
    }

    @Test func quotedValuesMayHoldAnything() throws {
        try folder.write(
            "file,label\n00000/img00000000.png,\"cats, large\"\n00000/img00000001.png,\"the \"\"best\"\"\nones\"\n",
            to: "labels.csv")
        #expect(try Set(labels(open())) == ["cats, large", "the \"best\"\nones"])
    }

    @Test func aTableInUTF16IsRead() throws {
        let text = "file,label\n00000/img00000000.png,Kätzchen\n"
        try folder.write([0xFF, 0xFE] + Array(text.data(using: .utf16LittleEndian) ?? Data()), to: "labels.csv")
        #expect(try open().classNames == ["Kätzchen"])
    }

    @Test(arguments: ["", "file\n00000/img00000000.png", "file,label\n00000/img00000000.png,\n", "a,\"b\nc,d", "x,y\n"])
    func aDamagedTableIsRefusedByName(_ text: String) throws {
        try folder.write(text, to: "labels.csv")
        let error = #expect(throws: DatasetError.self) { try open() }
        #expect(error?.description.contains("labels.csv") == true, "\(error?.description ?? "")")
    }
}
