import Files
import Foundation
import ImageFiles
import Testing

@testable import BatchPipeline

/// What is written for what was named.
@Suite struct OutputPlaceTests {
    @Test(arguments: [
        "y.jpeg", "X.PNG", "x.JPG", "a.b.Jpe", "deep/er/y.jfif", "ü.png", ".png", "z.apng", "w.webp", "w.TIFF",
    ])
    func aFileHasExactlyTheNameGiven(name: String) throws {
        let place = try Place()
        try place.image("a.png", 3)
        // Neighbors that a shorter or lower-case ending would hit.
        let neighbors = ["y.jpg", "x.png", "X.png", "x.jpg", "a.b.jpg", "deep/er/y.jpg", "z.png"]
        for neighbor in neighbors where neighbor != name { try place.file(neighbor, [7]) }
        #expect(try BatchRun(place.settings(["a.png"], output: name)).run(BatchRun.invert).done == 1)
        #expect(try Image.header(of: place(name)).format == ImageFormat(path: name) ?? .png)
        for neighbor in neighbors where neighbor != name { #expect(try place.bytes(neighbor) == [7]) }
    }

    @Test(arguments: ["x.psd", "x.jxl", "x.BMP", "deep/x.heic", "x.gif", "x.pdf", "x.mp4", "x.avif"])
    func endingsThatAreNotWrittenAreRefused(name: String) throws {
        let place = try Place()
        try place.image("a.png")
        try place.image("b.png")
        for inputs in [["a.png"], ["a.png", "b.png"]] {
            let error = try #require(
                #expect(throws: BatchError.self) { try BatchRun(place.settings(inputs, output: name)) })
            #expect("\(error)".contains("must end in .png, .jpg, .webp or .tif"))
            #expect(FileStatus(place(name)) == nil)
        }
        // As a folder, if it says so or is one.
        #expect(try BatchRun(place.settings(["a.png"], output: name + "/")).run(BatchRun.invert).done == 1)
        #expect(try BatchRun(place.settings(["b.png"], output: name)).run(BatchRun.invert).done == 1)
        #expect(place.files(name) == ["a.png", "b.png"])
    }

    @Test func severalResultsNeedAFolder() throws {
        let place = try Place()
        for name in ["in/a.png", "b.png"] { try place.image(name) }
        try place.file("list", Array(place("b.png").utf8))
        var several = [["in"], ["in/a.png", "b.png"], []].map { place.settings($0, output: "c.png") }
        several[2].lists = [place("list")]
        several.append(place.settings(["b.png"], output: "c.png"))
        several[3].variants = ["-1", "-2"]
        for settings in several {
            #expect(throws: BatchError.self) { try BatchRun(settings) }
            var settings = settings
            settings.output = "-"
            #expect(throws: BatchError.self) { try BatchRun(settings) }
        }
        #expect(FileStatus(place("c.png")) == nil)
        #expect(try BatchRun(place.settings(["in"], output: "c.png/")).run(BatchRun.invert).done == 1)
        #expect(place.files("c.png") == ["a.png"])
    }

    @Test func aFolderOfImagesKeepsItsNames() throws {
        let place = try Place()
        let names = ["a.JPG", "b.jpeg", "c.PNG", "d.jpg", "sub/e.jfif"]
        for (number, name) in names.enumerated() { try place.image("in/" + name, number + 2) }
        #expect(try BatchRun(place.settings(["in"])).run(BatchRun.invert).done == 5)
        #expect(place.files("out") == names)
    }

    @Test func nothingIsComputedWhereNothingCanBeWritten() throws {
        let place = try Place()
        try place.image("in/a.png")
        // Nobody, not even root, creates files there.
        for output in ["/proc/self", "/proc/self/a.png", "/sys/kernel"] where FileStatus(split(output).folder) != nil {
            var settings = place.settings(["in/a.png"])
            settings.output = output
            let error = try #require(#expect(throws: ImageError.self) { try BatchRun(settings) })
            guard case .notWritable = error else {
                Issue.record("\(error)")
                continue
            }
        }
        var check = FolderCheck()
        #expect(check.problem(of: place("new/deep/a.png")) == nil && check.problem(of: "/dev/null") == nil)
        #expect(check.problem(of: "/proc/self/a.png") != nil && check.problem(of: place.path) != nil)
        #expect(check.problem(of: place("in/a.png") + "/b.png")?.reason == "there is a file of that name")
    }

    @Test func oneFolderThatTakesNothingFailsAlone() throws {
        let place = try Place()
        for name in ["in/a.png", "in/b/c.png", "in/b/d.png"] { try place.image(name) }
        try place.folder("out")
        try place.link("out/b", to: "/proc/self")
        let told = Told()
        var worked: [String] = []
        let summary = try BatchRun(place.settings(["in"])).run(telling: told.tell) { task in
            worked.append(task.job.relativePath)
            return try BatchRun.invert(task)
        }
        #expect(worked == ["a.png"] && summary.done == 1 && summary.failed == 2)
        #expect(told.failures.contains("check the permissions of the folder"))
    }

    @Test func streamsThatAreOpenAreWrittenDirectly() throws {
        let place = try Place()
        try place.image("a.jpg", 3)
        try place.file("kept", Array("before".utf8))
        let handle = try #require(FileHandle(forUpdatingAtPath: place("kept")))
        try handle.seekToEnd()
        var settings = place.settings(["a.jpg"])
        settings.output = "/dev/fd/\(handle.fileDescriptor)"
        settings.skipsExisting = true
        #expect(try BatchRun(settings).run(BatchRun.invert).done == 1)
        let bytes = try place.bytes("kept")
        #expect(bytes.starts(with: Array("before".utf8)))
        #expect(try Image.decode(Array(bytes.dropFirst(6)), name: "kept").metadata.sourceFormat == .jpeg)
    }
}
