import ImageFiles
import Testing

@testable import ImageData

@Suite struct CIFAR10Tests {
    private func record(_ label: UInt8, _ red: UInt8, _ green: UInt8, _ blue: UInt8) -> [UInt8] {
        [label] + [red, green, blue].flatMap { [UInt8](repeating: $0, count: 1024) }
    }

    @Test func readsBatches() throws {
        let folder = try SampleFolder()
        try folder.write(record(3, 1, 2, 3) + record(0, 4, 5, 6), to: "cifar-10-batches-bin/data_batch_1.bin")
        try folder.write(record(9, 7, 8, 9), to: "cifar-10-batches-bin/data_batch_2.bin")
        try folder.write(record(1, 0, 0, 0), to: "cifar-10-batches-bin/test_batch.bin")
        let set = try DatasetReader.open(folder.path)
        #expect(set.layout == .cifar10 && set.count == 3 && set.channels == 3)
        #expect((0..<3).map(set.label) == [3, 0, 9])
        #expect(set.classNames[3] == "cat")
        #expect(try set.image(1) == plainImage(32, 32, [4, 5, 6]))
        #expect(try set.image(2) == plainImage(32, 32, [7, 8, 9]))
        #expect(set.name(2).hasSuffix("data_batch_2.bin #0"))
        #expect(set.suggestedSize == 32)
        #expect(try DatasetReader.open(folder.path, options: DatasetOptions(split: .test)).label(0) == 1)
        let names = (0..<10).map { "kind \($0)" }.joined(separator: "\n")
        try folder.write(names, to: "cifar-10-batches-bin/batches.meta.txt")
        #expect(try DatasetReader.open(folder.path).classNames[9] == "kind 9")
    }

    @Test func brokenBatchesAreNamed() throws {
        let folder = try SampleFolder()
        try folder.write(record(3, 1, 2, 3).dropLast(), to: "data_batch_1.bin")
        let short = failure { _ = try DatasetReader.open(folder.path) }
        #expect("\(short!)".contains("3072 bytes are not a whole number"))
        try folder.write(record(10, 1, 2, 3), to: "data_batch_1.bin")
        let label = failure { _ = try DatasetReader.open(folder.path) }
        #expect("\(label!)".contains("label 10"))
    }

    @Test func pythonVersionIsRecognized() throws {
        let folder = try SampleFolder()
        try folder.write("pickle", to: "data_batch_1")
        #expect("\(failure { _ = try DatasetReader.open(folder.path) }!)".contains("binary version"))
    }
}
