import Testing

@testable import BatchPipeline

@Suite struct OutputNamesTests {
    private func names(_ mirrors: [String], format: Bool = true, suffix: String = "") -> [String] {
        OutputNames(format: format ? .png : nil, suffix: suffix).assign(mirrors).map { $0.joined() }
    }

    @Test func treesAreMirrored() {
        #expect(names(["a.png", "sub/b.jpg", "sub/deep/c.JPEG"]) == ["a.png", "sub/b.png", "sub/deep/c.png"])
        #expect(names(["a.PNG", "b.jpeg", "c"], format: false) == ["a.PNG", "b.jpeg", "c.png"])
        #expect(names(["a.b.jpg", ".png", "v1.2"], suffix: "-x4") == ["a.b-x4.png", ".png-x4.png", "v1.2-x4.png"])
    }

    @Test(arguments: ["a.JPG", "a.jpeg", "a.Jpe", "a.jfif", "a.PNG", "a.apng", "deep/A.JPEG"])
    func anEndingStaysAsItIsWritten(name: String) {
        #expect(names([name], format: false) == [name])
        let isPNG = name.lowercased().hasSuffix("png")
        let same = OutputNames(format: isPNG ? .png : .jpeg).assign([name])
        #expect(same == [[name]])
        let other = OutputNames(format: isPNG ? .jpeg : .png).assign([name])[0][0]
        #expect(other.hasSuffix(isPNG ? ".jpg" : ".png"))
    }

    @Test func anotherEndingOfTheSameFormatIsAnotherName() {
        #expect(names(["a.jpeg", "a.jpg"], format: false) == ["a.jpeg", "a.jpg"])
        #expect(names(["a.JPG", "a.jpg"], format: false) == ["a.JPG", "a-2.jpg"])
        #expect(names(["a.JPG", "a.jpeg"], format: false, suffix: "-x4") == ["a-x4.JPG", "a-x4.jpeg"])
    }

    @Test func whoHasTheNameKeepsIt() {
        #expect(names(["a.jpg", "a.png"]) == ["a-jpg.png", "a.png"])
        #expect(names(["a.jpeg", "a.jpg"]) == ["a.png", "a-jpg.png"])
        #expect(names(["a.jpg", "a.jpg", "a.png"], suffix: "-x4") == ["a-jpg-x4.png", "a-jpg-2-x4.png", "a-x4.png"])
    }

    @Test func caseAndUnicodeFormsAreTheSameOnSomeDisks() {
        #expect(names(["A.png", "a.png"]) == ["A.png", "a-2.png"])
        #expect(names(["D/x.png", "d/X.png"]) == ["D/x.png", "d/X-2.png"])
        let composed = "caf\u{E9}.png"
        let decomposed = "cafe\u{301}.png"
        let both = names([composed, decomposed])
        #expect(Array(both[0].utf8) == Array(composed.utf8))
        #expect(Array(both[1].utf8) == Array("cafe\u{301}-2.png".utf8))
    }

    @Test func aMadeUpNameNeverTakesThatOfAnother() {
        #expect(names(["a.jpg", "a.png", "a-jpg.png"]) == ["a-jpg-2.png", "a.png", "a-jpg.png"])
        #expect(names(["a.png", "a.png", "a-2.png", "a.png"]) == ["a.png", "a-3.png", "a-2.png", "a-4.png"])
        // A folder may be called like an image.
        #expect(names(["x.png/y.png", "x.jpg"]) == ["x.png/y.png", "x-jpg.png"])
    }

    @Test func longNamesAreCutAndStayApart() {
        let stem = String(repeating: "ä", count: 125)
        let long = names([stem + "1.jpg", stem + "2.jpg", stem + ".png"], suffix: "-x4")
        #expect(long.allSatisfy { $0.utf8.count <= 255 })
        #expect(Set(long).count == 3)
        #expect(long[0].hasSuffix("-x4.png") && long[0].contains("~") && long[0].hasPrefix("ääää"))
        #expect(names([stem + "1.jpg"], suffix: "-x4") == [long[0]])
        #expect(names([String(repeating: "x", count: 251) + ".png"]) == [String(repeating: "x", count: 251) + ".png"])
    }

    @Test func variantsHaveNamesOfTheirOwn() {
        let names = OutputNames(format: .png, variants: ["-1", "-2"]).assign(["a.png", "a.jpg", "a-1.png"])
        #expect(names == [["a-1.png", "a-2.png"], ["a-jpg-1.png", "a-jpg-2.png"], ["a-1-1.png", "a-1-2.png"]])
    }

    @Test func manyOfOneNameTakeLittleTime() {
        let many = names([String](repeating: "a.png", count: 5000))
        #expect(Set(many).count == 5000 && many.last == "a-5000.png")
    }
}
