import Files
import Testing

@Suite struct NameTests {
    @Test func naturalOrder() {
        let sorted = ["b", "a10", "a2", "A1", "a02", "a", "10", "9"].sorted(by: naturallyPrecedes)
        #expect(sorted == ["9", "10", "a", "A1", "a02", "a2", "a10", "b"])
    }

    @Test func pathsArePutTogetherAndTakenApart() {
        for (path, folder, name) in [("a/b", "a", "b"), ("/b", "/", "b"), ("b", ".", "b"), ("a/b/", "a/b", "")] {
            #expect(split(path) == (folder, name))
        }
        #expect(joined("", "b") == "b" && joined("a", "b") == "a/b" && joined("/", "b") == "/b")
        #expect(trimmed("a//") == "a" && trimmed("/") == "/" && trimmed("") == "")
    }

    @Test func longNamesStayApart() {
        let stem = String(repeating: "ä", count: 200)
        let (first, second) = (FileNameLength.fitted(stem + "1", ".png"), FileNameLength.fitted(stem + "2", ".png"))
        #expect(first != second)
        for name in [first, second] { #expect(name.utf8.count <= FileNameLength.limit && name.hasSuffix(".png")) }
        #expect(FileNameLength.fitted("short", ".png") == "short.png")
    }
}
