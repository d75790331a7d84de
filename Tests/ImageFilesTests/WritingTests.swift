import Files
import Foundation
import TestSupport
import Testing

@testable import ImageFiles

@Suite struct WritingTests {
    let image = Image.gradient(width: 8, height: 8, channels: 3)

    @Test func theExtensionChoosesTheFormat() throws {
        let folder = try TemporaryFolder()
        for (name, format) in [("a.png", ImageFormat.png), ("b.JPG", .jpeg), ("c.jpeg", .jpeg)] {
            try image.write(to: folder.path + "/" + name)
            #expect(try Image.header(of: folder.path + "/" + name).format == format)
        }
        try image.write(to: folder.path + "/no-extension", options: .png())
        #expect(folder.contents == ["a.png", "b.JPG", "c.jpeg", "no-extension"])
    }

    @Test(arguments: ["image", "image.gif", "folder.png/image"])
    func anUnknownExtensionIsRefused(name: String) throws {
        let folder = try TemporaryFolder()
        #expect {
            try image.write(to: folder.path + "/" + name)
        } throws: {
            if case ImageError.unsupported = $0 { true } else { false }
        }
        #expect(folder.contents.isEmpty)
    }

    @Test func aMissingFolderIsNotWritable() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/missing/image.png"
        let error = ImageError.notWritable(file: path, reason: "its folder does not exist")
        #expect(throws: error) { try image.write(to: path) }
    }

    /// Below a plain file, where nobody can write, whoever runs the tests.
    @Test func anUnwritableFolderIsNotWritable() throws {
        let folder = try TemporaryFolder()
        let file = try folder.file("file", [1])
        #expect {
            try image.write(to: file + "/image.png")
        } throws: {
            if case ImageError.notWritable = $0 { true } else { false }
        }
        #expect(folder.contents == ["file"])
    }

    @Test func aFolderInTheWayIsNotWritable() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/taken.png"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        #expect(throws: ImageError.notWritable(file: path, reason: "it is a directory")) {
            try image.write(to: path)
        }
        #expect(folder.contents == ["taken.png"])
    }

    @Test func aFailedWriteLeavesTheOldFileAndNothingElse() throws {
        let folder = try TemporaryFolder()
        let path = try folder.file("image.png", [1, 2, 3])
        #expect(throws: ImageError.self) {
            try image.write(to: path, options: .png(.init(compression: 10)))
        }
        #expect(folder.contents == ["image.png"])
        #expect(FileManager.default.contents(atPath: path) == Data([1, 2, 3]))
    }

    @Test func anExistingFileIsReplacedAndKeepsItsMode() throws {
        let folder = try TemporaryFolder()
        let path = try folder.file("image.png", [1, 2, 3])
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
        try image.write(to: path)
        #expect(try Image.read(path).samples == image.samples)
        #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o640)
        #expect(folder.contents == ["image.png"])
    }

    @Test func aLinkIsWrittenThrough() throws {
        let folder = try TemporaryFolder()
        let target = try folder.file("target.png", [1])
        let link = folder.path + "/link.png"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: target)
        try image.write(to: link)
        #expect(try Image.read(target).samples == image.samples)
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == target)
    }

    @Test func aFullDiskIsNotWritable() {
        #expect(throws: ImageError.notWritable(file: "/dev/full", reason: "No space left on device")) {
            try image.write(to: "/dev/full", options: .png())
        }
    }

    @Test func impossibleChoicesAreRefused() {
        for options in [
            EncodingOptions.png(.init(bitDepth: 4)), .png(.init(compression: -1)), .jpeg(.init(quality: 0)),
            .jpeg(.init(quality: 101)),
        ] {
            #expect {
                try image.encoded(as: options)
            } throws: {
                if case ImageError.unsupported = $0 { true } else { false }
            }
        }
        let wide = Image(width: 65_501, height: 1, channels: 1, samples8: Array(repeating: 0, count: 65_501))
        #expect(throws: ImageError.self) { try wide.encoded(as: .jpeg()) }
        #expect(throws: Never.self) { try wide.encoded(as: .png()) }
    }
}
