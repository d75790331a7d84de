import ImageFiles
import Models
import Testing

/// Classes and seeds as people write them.
@Suite struct AskingTests {
    private let clothes = ClassNames(
        ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"])

    @Test(arguments: [
        ("Ankle boot", 9), ("ankle-boot", 9), ("ANKLE_BOOT", 9), ("ankleboot", 9), ("ankle", 9), ("9", 9), ("0", 0),
        ("shirt", 6), ("t-shirt/top", 0), ("tshirt", 0), ("T", -1), ("tr", 1), (" bag ", 8),
    ])
    func looseNames(asked: String, label: Int) throws {
        if label >= 0 {
            #expect(try clothes.label(of: asked) == label)
        } else {
            #expect(throws: ClassNames.LookupError.self) { try clothes.label(of: asked) }
        }
    }

    @Test func numbersThatAreNamesComeFirst() throws {
        let digits = ClassNames(["1", "0", "2"])
        #expect(try digits.label(of: "0") == 1)
    }

    @Test(arguments: ["", "sock", "10", "-1", "…"])
    func unknownClassesListTheKnownOnes(asked: String) {
        let error = #expect(throws: ClassNames.LookupError.self) { try clothes.label(of: asked) }
        #expect(error?.description.contains("Known classes:\n  0  T-shirt/top\n  1  Trouser\n") == true)
    }

    @Test func misspeltClassesGetAGuess() {
        let error = #expect(throws: ClassNames.LookupError.self) { try clothes.label(of: "snaeker") }
        #expect(error?.description.contains("Did you mean “Sneaker”?") == true)
        let ambiguous = #expect(throws: ClassNames.LookupError.self) { try clothes.label(of: "s") }
        #expect(ambiguous?.description == "“s” is ambiguous: “Sandal”, “Shirt”, “Sneaker”.")
    }

    @Test func folderNames() {
        #expect(clothes.folderNames[0] == "t-shirt-top")
        #expect(clothes.folderNames[9] == "ankle-boot")
        #expect(
            ClassNames(["a b", "A-B", "..", "/etc", "été"]).folderNames == ["a-b-0", "a-b-1", "class-2", "etc", "été"])
    }

    @Test(arguments: [
        ("7", [7]), ("0-3", [0, 1, 2, 3]), ("0-2,90", [0, 1, 2, 90]), ("5,5", [5, 5]), (" 1 - 2 , 4", [1, 2, 4]),
        ("18446744073709551615", [UInt64.max]),
    ])
    func seeds(text: String, expected: [UInt64]) throws {
        #expect(try SeedList.parse(text) == expected)
    }

    @Test(arguments: ["", "a", "3-1", "1-2-3", "1,,2", "-1", "1.5", "18446744073709551616", "0-18446744073709551615"])
    func whatIsNoSeed(text: String) {
        #expect(throws: SeedList.SyntaxError.self) { try SeedList.parse(text) }
    }

    @Test func pairsOfSeeds() throws {
        #expect(try SeedList.parsePair("3:8") == (3, 8))
        for text in ["3", "3:", "3:8:9", "a:b", ":"] {
            #expect(throws: SeedList.SyntaxError.self) { try SeedList.parsePair(text) }
        }
    }

    @Test func provenanceIsInTheFile() throws {
        let provenance = Provenance(model: "fashion-cgan", seed: "7", className: "Ankle boot", truncation: 0.5)
        let image = Image(width: 2, height: 2, channels: 1, samples8: [0, 1, 2, 3], metadata: provenance.metadata)
        for format in [EncodingOptions.png(), .jpeg()] {
            let text = String(decoding: try image.encoded(as: format), as: UTF8.self)
            #expect(text.contains("trainedAlgorithmicMedia"))
            for part in ["fashion-cgan", "Seed", "Ankle boot", Software.description] { #expect(text.contains(part)) }
        }
    }
}
