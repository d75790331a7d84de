import Files
import Foundation
import TestSupport
import Testing

@Suite struct AtomicFileTests {
    private struct Stop: Error {}

    @Test func aFailedRewriteLeavesTheOldFile() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/a.txt"
        try AtomicFile.write("old", to: path)
        #expect(throws: Stop.self) {
            try AtomicFile.write(to: path) { file in
                try Array("half".utf8).withUnsafeBytes { try file.write($0) }
                throw Stop()
            }
        }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "old")
        #expect(folder.contents == ["a.txt"])
        try AtomicFile.write("new", to: path)
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "new")
    }

    @Test func descriptorsThatAreOpenAreWrittenWhereTheyStand() throws {
        let folder = try TemporaryFolder()
        let path = try folder.file("a", Array("old".utf8))
        let handle = try #require(FileHandle(forUpdatingAtPath: path))
        try handle.seekToEnd()
        for place in ["/dev/fd/", "/proc/self/fd/"] {
            try AtomicFile.write("new", to: place + "\(handle.fileDescriptor)")
        }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "oldnewnew" && folder.contents == ["a"])
        #expect(openDescriptor("/dev/stdout") == 1 && openDescriptor("/dev/fd/17") == 17)
        for other in ["/dev/fd/", "/dev/fd/x", "/dev/fd/-1", "/dev/null", "-", "dev/stdout"] {
            #expect(openDescriptor(other) == nil)
        }
        #expect(throws: FileWriteError.self) { try AtomicFile.write("x", to: "/dev/fd/9999") }
    }

    @Test func foldersThatTakeNoFilesAreFound() throws {
        let folder = try TemporaryFolder()
        try AtomicFile.checkFolder(folder.path)
        #expect(folder.contents.isEmpty)
        for path in ["/proc/self", folder.path + "/none"] {
            let error = #expect(throws: FileWriteError.self) { try AtomicFile.checkFolder(path) }
            #expect(error?.path == path)
        }
    }

    @Test func aFileHasItsNameOnceItIsCommitted() throws {
        let folder = try TemporaryFolder()
        let file = try AtomicFile(folder.path + "/a")
        try [1, 2, 3].withUnsafeBytes { try file.write($0) }
        #expect(!folder.contents.contains("a"))
        try file.commit(.contents)
        #expect(folder.contents == ["a"])
    }

    @Test func modesAndLinksStay() throws {
        let folder = try TemporaryFolder()
        let target = try folder.file("target", [1])
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: target)
        let link = folder.path + "/link"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: target)
        try AtomicFile.write([2], to: link)
        #expect(FileManager.default.contents(atPath: target) == Data([2]))
        #expect(try FileManager.default.attributesOfItem(atPath: target)[.posixPermissions] as? Int == 0o640)
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == target)
    }

    @Test func whatCannotBeWrittenIsATypedErrorAndLeavesNothing() throws {
        let folder = try TemporaryFolder()
        for (path, reason) in [
            (folder.path + "/missing/a", "its folder does not exist"), (folder.path, "it is a directory"),
            ("/dev/full", "No space left on device"),
        ] {
            let error = #expect(throws: FileWriteError.self) { try AtomicFile.write([1], to: path) }
            #expect(error?.path == path && error?.reason == reason)
        }
        #expect(folder.contents.isEmpty)
    }

    @Test func whatAKilledProgramLeftIsRemovedAndWhatIsBeingWrittenStays() throws {
        let folder = try TemporaryFolder()
        _ = try folder.file(".atelier-left.tmp", [1, 2, 3])
        let busy = open(try folder.file(".atelier-busy.tmp", [1]), O_RDWR)
        defer { close(busy) }
        try #require(flock(busy, LOCK_EX | LOCK_NB) == 0)
        for name in ["image.png", ".atelier-left", ".other.tmp"] { _ = try folder.file(name, [1]) }
        #expect(AtomicFile.removeLeftovers(in: folder.path) == 1)
        #expect(folder.contents == [".atelier-busy.tmp", ".atelier-left", ".other.tmp", "image.png"])
        #expect(AtomicFile.removeLeftovers(in: folder.path + "/missing") == 0)
    }

    @Test func foldersAreMadeWithThoseAboveThem() throws {
        let folder = try TemporaryFolder()
        for _ in 0..<2 { try createFolders(folder.path + "/a/b/c") }
        try AtomicFile.write([1], to: folder.path + "/a/b/c/file")
        let taken = try folder.file("file", [1])
        #expect {
            try createFolders(taken)
        } throws: {
            ($0 as? FileWriteError)?.reason == "there is a file of that name"
        }
        #expect(throws: FileWriteError.self) { try createFolders(taken + "/below") }
    }

    @Test func aFolderThatCouldNotBeFilledLeavesTheOldOne() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/model"
        try AtomicFolder.write(path) { try AtomicFile.write("old", to: $0 + "/file") }
        #expect(throws: Stop.self) {
            try AtomicFolder.write(path) {
                try AtomicFile.write("new", to: $0 + "/file")
                throw Stop()
            }
        }
        #expect(FileManager.default.contents(atPath: path + "/file") == Data("old".utf8))
        #expect(folder.contents == ["model"])
        try AtomicFolder.write(path) { try AtomicFile.write("new", to: $0 + "/file") }
        #expect(FileManager.default.contents(atPath: path + "/file") == Data("new".utf8))
        #expect(folder.contents == ["model"])
    }
}
