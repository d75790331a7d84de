import Files
import Foundation
import TestSupport
import Testing

@Suite struct InputFileTests {
    @Test func allOfItOrSomeOfItIsRead() throws {
        let folder = try TemporaryFolder()
        let file = try InputFile(folder.file("a", [1, 2, 3, 4, 5]))
        #expect(file.size == 5)
        #expect(try file.readAll(limit: 5) == [1, 2, 3, 4, 5])
        #expect(try file.bytes(at: 2, count: 2) == [3, 4])
        #expect(try file.bytes(at: 3, count: 10) == [4, 5])
        #expect(try file.bytes(at: 9, count: 1) == [])
    }

    @Test func moreThanTheLimitIsRefused() throws {
        let folder = try TemporaryFolder()
        let path = try folder.file("a", [1, 2, 3])
        let error = #expect(throws: FileReadError.self) { try InputFile(path).readAll(limit: 2) }
        #expect(error?.kind == .tooLarge && error?.description == "\(path): too large: the file has more than 2 bytes")
        #expect { try InputFile("/dev/zero").readAll(limit: 100) } throws: {
            ($0 as? FileReadError)?.kind == .tooLarge
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func whatIsNoFileIsRefused() throws {
        let folder = try TemporaryFolder()
        let pipe = folder.path + "/pipe"
        try #require(mkfifo(pipe, 0o600) == 0)
        for path in [pipe, folder.path, "/dev/null"] {
            let error = #expect(throws: FileReadError.self) { try InputFile(path, .regular) }
            #expect(error?.reason == "it is not a regular file")
        }
        let error = #expect(throws: FileReadError.self) { try InputFile(folder.path) }
        #expect(error?.reason == "it is a directory")
        let missing = #expect(throws: FileReadError.self) { try InputFile(folder.path + "/none") }
        #expect(missing?.reason == "there is no such file")
    }
}
