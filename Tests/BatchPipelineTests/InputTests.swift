import Files
import Foundation
import Glibc
import Testing

@testable import BatchPipeline

@Suite struct InputTests {
    private func scan(_ place: Place, _ inputs: [String], lists: [String] = [], output: String? = nil) throws
        -> InputScan
    {
        try InputScan(
            inputs: inputs.map { place($0) }, lists: lists.map { place($0) },
            output: output.flatMap { FileStatus(place($0))?.identity })
    }

    private func mirrors(_ place: Place, _ inputs: [String], lists: [String] = [], output: String? = nil) throws
        -> [String]
    {
        try scan(place, inputs, lists: lists, output: output).files.map(\.mirror)
    }

    @Test func foldersAreGoneThroughInNaturalOrder() throws {
        let place = try Place()
        for name in ["in/b10.png", "in/b9.png", "in/sub2/x.jpg", "in/sub10/y.JPG", "in/a.jpeg"] { try place.file(name) }
        #expect(try mirrors(place, ["in/"]) == ["a.jpeg", "b9.png", "b10.png", "sub2/x.jpg", "sub10/y.JPG"])
    }

    @Test func whatIsNoImageIsLeftOutAndCounted() throws {
        let place = try Place()
        let names = [
            "ok.png", ".hidden.png", "._ok.png", "Thumbs.db", "notes.txt", "README", "photo.psd", ".git/x.png",
            "__MACOSX/ok.png",
        ]
        for name in names { try place.file("in/" + name) }
        try #require(mkfifo(place("in/pipe.png"), 0o600) == 0)
        try place.link("in/nowhere.png", to: "missing.png")
        try place.link("in/self.png", to: "self.png")
        let scan = try scan(place, ["in"])
        #expect(scan.files.map(\.mirror) == ["ok.png"])
        let counts = Dictionary(grouping: scan.skipped, by: \.reason).mapValues(\.count)
        #expect(
            counts == [.hidden: 2, .system: 3, .notAImage: 2, .foreignImage: 1, .special: 1, .brokenLink: 2])
        #expect(scan.failed.isEmpty)
    }

    @Test func linksMakeNoLoops() throws {
        let place = try Place()
        try place.file("in/z/real.png")
        try place.link("in/z/up", to: "../..")
        try place.link("in/a-link", to: "z")
        try place.file("elsewhere/far.png")
        try place.file("beside.png")
        try place.link("elsewhere/down", to: place("in"))
        try place.link("elsewhere/round", to: ".")
        try place.link("in/b-link", to: place("elsewhere"))
        try place.link("in/linked.png", to: "z/real.png")
        let scan = try scan(place, ["in"])
        // Each folder under its own name if it has one there, and nothing twice.
        #expect(scan.files.map(\.mirror) == ["linked.png", "z/real.png", "b-link/far.png"])
        let seen = scan.skipped.filter { $0.reason == .seenBefore }.map(\.path)
        #expect(Set(seen) == Set(["in/a-link", "in/z/up", "in/b-link/down", "in/b-link/round"].map { place($0) }))
    }

    @Test func whatIsNamedIsTakenOrTold() throws {
        let place = try Place()
        for name in ["one.dat", "in/a.png", ".hidden.png"] { try place.file(name) }
        try #require(mkfifo(place("pipe.png"), 0o600) == 0)
        let scan = try scan(
            place, ["one.dat", ".hidden.png", "in/a.png", "in", "missing.png", "pipe.png", "./in/a.png"])
        #expect(scan.files.map(\.mirror) == ["one.dat", ".hidden.png", "a.png"])
        #expect(scan.failed.map { $0.path } == [place("missing.png"), place("pipe.png")])
        #expect(scan.skipped.map(\.reason) == [.namedTwice, .namedTwice])
    }

    @Test func severalFoldersKeepTheirNames() throws {
        let place = try Place()
        for name in ["a/x.png", "b/x.png", "c/x.png"] { try place.file(name) }
        #expect(try mirrors(place, ["a", "b/"]) == ["a/x.png", "b/x.png"])
        #expect(try mirrors(place, ["a", "c/x.png"]) == ["x.png", "x.png"])
    }

    @Test func theOutputFolderIsNoInput() throws {
        let place = try Place()
        for name in ["in/x.png", "in/out/x.png", "in/out/deep/y.png"] { try place.file(name) }
        let scan = try scan(place, ["in"], output: "in/out")
        #expect(scan.files.map(\.mirror) == ["x.png"])
        #expect(scan.skipped.map(\.reason) == [.earlierResult])
    }

    @Test func namesThatAreNoTextAreTold() throws {
        let place = try Place()
        try place.folder("in")
        for name in ["bad\u{FF}.png", "bad\u{FE}.txt"] {
            let bytes = (place("in/") + name).unicodeScalars.map { CChar(bitPattern: UInt8($0.value)) } + [0]
            let descriptor = open(bytes, O_WRONLY | O_CREAT, 0o600)
            guard descriptor >= 0 else { return }
            close(descriptor)
        }
        let scan = try scan(place, ["in"])
        #expect(scan.failed.count == 1 && scan.failed[0].reason.contains("UTF-8"))
        #expect(scan.skipped.map(\.reason) == [.notAImage])
    }

    @Test func listsAreReadInBothSpellings() throws {
        let place = try Place()
        for name in ["p/a.png", "p/q/b.png", "p/q/new\nline.png"] { try place.file(name) }
        try place.file("lines", Array("\(place("p/a.png"))\r\n\n\(place("p/q/b.png"))".utf8))
        try place.file("zeros", Array("\(place("p/q/new\nline.png"))\0\(place("p/a.png"))\0".utf8))
        #expect(try mirrors(place, [], lists: ["lines"]) == ["a.png", "q/b.png"])
        #expect(try mirrors(place, [], lists: ["zeros"]) == ["q/new\nline.png", "a.png"])
        #expect(throws: BatchError.self) { try mirrors(place, [], lists: ["missing"]) }
        let bad = try InputList([UInt8](Data([0xFF, 0x41, 0x0A, 0x42])))
        #expect(bad.paths == ["B"] && bad.unreadable.count == 1)
    }

    @Test func relativeEntriesOfAListAreMirrored() {
        func mirrors(_ paths: [String]) -> [String] { InputList.mirrors(of: paths, workingFolder: "/home/me") }
        #expect(mirrors(["./a.png", "x/y/b.png"]) == ["a.png", "x/y/b.png"])
        #expect(mirrors(["/data/x/a.png", "/data/x/y/b.png", "c.png"]) == ["a.png", "y/b.png", "c.png"])
        #expect(mirrors(["../a.png", "../x/b.png"]) == ["a.png", "x/b.png"])
        #expect(mirrors(["/only/one.png"]) == ["one.png"])
    }
}
