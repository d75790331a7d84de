import ImageFiles
import Testing

@testable import ImageData

@Suite struct DatasetReaderTests {
    @Test func classFoldersInNaturalOrder() throws {
        let folder = try SampleFolder()
        for name in ["class10/b.png", "class2/a10.png", "class2/a9.png", "class2/deeper/x.png", "Class1/z.jpg.png"] {
            try folder.write(plainImage(20, 30, [1, 2, 3]), to: name)
        }
        try folder.write("junk", to: "class2/.DS_Store")
        try folder.write("junk", to: "class2/Thumbs.db")
        try folder.write("junk", to: "class2/notes.txt")
        try folder.write("junk", to: "class2/old.psd")
        try folder.makeFolder("class3")
        try folder.makeFolder(".git/class")
        let set = try DatasetReader.open(folder.path + "/")
        #expect(set.layout == .classFolders)
        #expect(set.classNames == ["Class1", "class2", "class10"])
        #expect((0..<set.count).map(set.label) == [0, 1, 1, 1, 2])
        let names = (0..<set.count).map { String(set.name($0).dropFirst(folder.path.count + 1)) }
        #expect(
            names == [
                "Class1/z.jpg.png", "class2/a9.png", "class2/a10.png", "class2/deeper/x.png", "class10/b.png",
            ])
        #expect(set.channels == 3)
        #expect(set.imageSize == ImageSize(width: 20, height: 30))
        #expect(set.classCounts == [1, 3, 1])
        #expect(set.notes.contains { $0.contains("class3") })
        #expect(set.notes.contains { $0.contains(".psd") })
        #expect(try set.image(1).width == 20)
    }

    @Test func flatFolderHasNoClasses() throws {
        let folder = try SampleFolder()
        try folder.write(plainImage(100, 90, [7]), to: "1.png")
        try folder.write(plainImage(120, 90, [7]), to: "2.png")
        let set = try DatasetReader.open(folder.path)
        #expect(set.layout == .flatFolder)
        #expect(!set.isLabeled && set.count == 2 && set.channels == 1 && set.imageSize == nil)
        #expect(set.suggestedSize == 64)
        #expect(Fit.automatic(for: set, size: 64) == .crop)
    }

    @Test func splitsInFolders() throws {
        let folder = try SampleFolder()
        try folder.write(plainImage(9, 9, [1]), to: "train/cat/1.png")
        try folder.write(plainImage(9, 9, [1]), to: "train/dog/2.png")
        try folder.write(plainImage(9, 9, [1]), to: "test/cat/3.png")
        #expect(try DatasetReader.open(folder.path).classNames == ["cat", "dog"])
        let test = try DatasetReader.open(folder.path, options: DatasetOptions(split: .test))
        #expect(test.count == 1 && test.split == .test)
    }

    @Test func missingSplitIsNamed() throws {
        let folder = try SampleFolder()
        try folder.writeIDX()
        let error = failure { _ = try DatasetReader.open(folder.path, options: DatasetOptions(split: .test)) }
        guard case .missingSplit(_, .test, let found)? = error as? DatasetError else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(found.contains("train-images-idx3-ubyte"))
    }

    @Test func wrongLayoutShowsWhatIsThere() throws {
        let folder = try SampleFolder()
        try folder.write("x", to: "a/readme.txt")
        try folder.write("x", to: "images.zip")
        let error = failure { _ = try DatasetReader.open(folder.path) }
        guard case .unknownLayout(_, let found, let advice)? = error as? DatasetError else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(found.contains("a/  1 .txt"))
        #expect(found.contains("1 .zip"))
        #expect(advice.contains { $0.contains("images.zip") })
        #expect("\(error!)".contains("cats/001.jpg"), "an example of what is expected")
    }

    @Test func mixedLayoutIsRefused() throws {
        let folder = try SampleFolder()
        try folder.write(plainImage(9, 9, [1]), to: "cat/1.png")
        try folder.write(plainImage(9, 9, [1]), to: "loose.png")
        #expect(failure { _ = try DatasetReader.open(folder.path) } is DatasetError)
    }

    @Test func emptyAndMissingFolders() throws {
        let folder = try SampleFolder()
        #expect("\(failure { _ = try DatasetReader.open(folder.path) }!)".contains("nothing"))
        let missing = failure { _ = try DatasetReader.open(folder.path + "/none") }
        #expect(
            missing as? DatasetError
                == .unreadable(path: folder.path + "/none", reason: "there is no such file or folder"))
        try folder.write("x", to: "file.txt")
        #expect(failure { _ = try DatasetReader.open(folder.path + "/file.txt") } is DatasetError)
    }

    @Test func classesAndLimitAreTaken() throws {
        let folder = try SampleFolder(named: "fashion-mnist")
        try folder.writeIDX(count: 40)
        let options = DatasetOptions(classes: ["BAG", "ankle-boot", "T shirt top"])
        let set = try DatasetReader.open(folder.path, options: options)
        #expect(set.classNames == ["Bag", "Ankle boot", "T-shirt/top"])
        #expect(set.classCounts == [4, 4, 4])
        #expect((0..<3).map(set.label) == [2, 0, 1])
        #expect(try DatasetReader.open(folder.path, options: DatasetOptions(limit: 7)).count == 7)
        let unknown = failure { _ = try DatasetReader.open(folder.path, options: DatasetOptions(classes: ["hat"])) }
        #expect("\(unknown!)".contains("Trouser"))
    }

    @Test func theLimitOfAClassSpreadsOverTheClass() throws {
        let folder = try SampleFolder(named: "fashion-mnist")
        try folder.writeIDX(count: 40, classes: 2)
        // Each class has 20 images; two of them are the first and the eleventh.
        let set = try DatasetReader.open(folder.path, options: DatasetOptions(limitPerClass: 2))
        #expect((0..<set.count).map { set.name($0).split(separator: "#").last } == ["0", "1", "20", "21"])
        #expect((0..<4).map(set.label) == [0, 1, 0, 1])
        #expect(try DatasetReader.open(folder.path, options: DatasetOptions(limitPerClass: 30)).count == 40)
        let both = DatasetOptions(classes: ["Trouser"], limit: 3, limitPerClass: 5)
        #expect(try DatasetReader.open(folder.path, options: both).count == 3)
    }

    @Test func imagesInMemoryHaveOneForm() throws {
        let folder = try SampleFolder()
        for number in 0..<3 { try folder.write(plainImage(20, 12, [60, 120, 180]), to: "a/\(number).png") }
        try folder.write(plainImage(9, 9, [7]), to: "b/0.png")
        let set = try DatasetReader.open(folder.path)
        try folder.write([1, 2, 3], to: "a/1.png")
        var counts: [Int] = []
        let held = try HeldDataset(
            set, frame: ImageFrame(width: 8, height: 8, channels: 3), labels: [1, 0], classNames: ["b", "a"]
        ) { counts.append($0) }
        #expect(held.count == 3 && counts == [1, 2, 3, 4] && held.classNames == ["b", "a"])
        #expect((0..<3).map(held.label) == [1, 1, 0] && held.imageSize == ImageSize(width: 8, height: 8))
        #expect(held.notes.count == 1 && held.notes[0].contains("a/1.png"))
        #expect(held.image(0).samples == plainImage(8, 8, [60, 120, 180]).samples)
        let joined = held.joined(with: held)
        #expect(joined.count == 6 && (3..<6).map(joined.label) == [1, 1, 0] && joined.classCounts == [2, 4])
        try folder.write([1], to: "b/0.png")
        for number in [0, 2] { try folder.write([1], to: "a/\(number).png") }
        #expect(throws: DatasetError.self) {
            try HeldDataset(
                set, frame: ImageFrame(width: 8, height: 8, channels: 3), labels: [1, 0], classNames: ["b", "a"])
        }
    }

    /// Names that differ in punctuation only are names of two classes.
    @Test func classesAreChosenByTheirExactNamesFirst() throws {
        let folder = try SampleFolder()
        for name in ["a b/1.png", "a-b/1.png", "a-b/2.png"] { try folder.write(plainImage(4, 4, [1]), to: name) }
        func counts(_ classes: [String]) throws -> [Int] {
            try DatasetReader.open(folder.path, options: DatasetOptions(classes: classes)).classCounts
        }
        #expect(try counts(["a-b"]) == [2] && counts(["a b"]) == [1] && counts(["a-b", "a b"]) == [2, 1])
    }

    @Test func onlyATestPartThatIsNotThereIsNone() throws {
        let folder = try SampleFolder()
        try folder.write(plainImage(4, 4, [1]), to: "train/a/1.png")
        #expect(try DatasetReader.openTest(folder.path) == nil)
        try folder.write("junk", to: "test/a/1.png")
        #expect(throws: DatasetError.self) { try DatasetReader.openTest(folder.path) }
    }

    @Test func recordsKnowTheFolderOfAName() {
        func digest(_ roots: [String], _ names: [String]) -> String {
            let files = names.map { (name: $0, bytes: 1, label: "") }
            return DataRecord(kind: "photos", channels: [3], count: 1, roots: roots, files: files).digest
        }
        let plain = digest(["/x", "/y"], ["/x/1.png", "/y/2.png"])
        #expect(digest(["/data/a", "/data/ab"], ["/data/a/1.png", "/data/ab/2.png"]) == plain)
        #expect(digest(["/data/a/", "/data/ab/"], ["/data/a/1.png", "/data/ab/2.png"]) == plain)
    }
}
