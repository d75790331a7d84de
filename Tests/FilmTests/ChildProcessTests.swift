import Foundation
import Synchronization
import Testing

@testable import Film

@Suite struct ChildProcessTests {
    private func output(of child: ChildProcess) throws -> String {
        var all: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = try block.withUnsafeMutableBytes { try child.read(into: $0) }
            if count == 0 { return String(decoding: all, as: UTF8.self) }
            all += block.prefix(count)
        }
    }

    @Test func inputOutputAndMessagesArriveTogether() throws {
        // More messages than a pipe holds, before anything else is read.
        let child = try ChildProcess(
            "/bin/sh", ["-c", "head -c 300000 /dev/zero | tr '\\0' x >&2; echo end >&2; cat"], takesInput: true)
        try Array("one two".utf8).withUnsafeBytes { try child.write($0) }
        child.closeInput()
        #expect(try output(of: child) == "one two")
        #expect(child.wait() == .code(0))
        #expect(child.messages.hasPrefix("xxx"))
        #expect(child.messages.hasSuffix("end"))
        #expect(child.messages.utf8.count < 5000)
    }

    @Test func aProgramThatReadsNoMoreIsAnErrorAndNoSignal() throws {
        let child = try ChildProcess("/bin/sh", ["-c", "exec 0<&-; echo broken >&2; exit 3"], takesInput: true)
        let block = [UInt8](repeating: 0, count: 1 << 20)
        #expect(throws: ProgramFailure.self) {
            for _ in 0..<10 { try block.withUnsafeBytes { try child.write($0) } }
        }
        #expect(child.wait() == .code(3))
        #expect(child.messages == "broken")
    }

    @Test func aProgramIsEndedWhenNobodyWantsItAnyMore() throws {
        let child = try ChildProcess("/bin/sleep", ["1000"], takesInput: false)
        child.kill()
        #expect(child.wait() == .signal(SIGKILL))
        // A second time does nothing.
        child.kill()
        #expect(child.wait() == .signal(SIGKILL))
        #expect(throws: CancellationError.self) {
            try FFmpeg.output(of: "/bin/sleep", ["1000"], isCanceled: { true })
        }
    }

    @Test func aProgramThatDoesNotExistIsAnError() throws {
        #expect(throws: ProgramFailure.self) { try ChildProcess("/nonexistent/program", [], takesInput: true) }
        #expect(throws: FilmError.noFFmpeg(program: "ffmpeg")) { try FFmpeg(environment: ["PATH": "/nonexistent"]) }
        #expect(throws: FilmError.noFFmpeg(program: "/nonexistent/ffmpeg")) {
            try FFmpeg(environment: ["ATELIER_FFMPEG": "/nonexistent/ffmpeg", "PATH": "/usr/bin"])
        }
    }

    @Test func descriptorsAreClosed() throws {
        func count() throws -> Int { try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count }
        func run() throws {
            let child = try ChildProcess("/bin/cat", [], takesInput: true)
            child.closeInput()
            _ = try output(of: child)
            child.wait()
        }
        try run()
        let before = try count()
        for _ in 0..<20 { try run() }
        // Other tests run beside this one.
        #expect(try count() < before + 40)
    }
}
