import Atelier
import CKernels
import CMemory
import Foundation
import Memory
import TestSupport
import Testing

#if compiler(>=6.2)
    /// Memory runs out at every place of the main paths, one after the other: at the nth request, and from the nth on.
    /// Each run ends with a result or an error of its job, never with the end of the process, and afterward the same
    /// process does the work as before. Each test has a process of its own: requests of all threads are counted.
    @Suite(.serialized) struct AllocationFailureTests {
        @Test func upscale() async throws {
            report(
                await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
                    try AllocationDrill.upscale()
                })
        }

        @Test func translate() async throws {
            report(
                await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
                    try AllocationDrill.translate()
                })
        }

        @Test func generate() async throws {
            report(
                await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
                    try AllocationDrill.generate()
                })
        }

        @Test func dataSketch() async throws {
            report(
                await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
                    try AllocationDrill.sketch()
                })
        }

        @Test func train() async throws {
            report(
                await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
                    try AllocationDrill.train()
                })
        }

        @Test func modelsImport() async throws {
            report(
                await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
                    try AllocationDrill.importModel()
                })
        }

        /// Prints the counts of a drill, or how it ended.
        private func report(_ result: ExitTest.Result?) {
            print(String(decoding: result?.standardErrorContent ?? [], as: UTF8.self), terminator: "")
        }
    }
#endif

/// Work that is repeated with a failure at every request for memory.
enum AllocationDrill {
    static func upscale() throws {
        let studio = try studio()
        let run = try SuperResolution.train(on: studio("photos"), to: studio("model"), Studio.tinyUpscaler(steps: 1))
        let upscaling = try Upscaling(Model.load(run.folder.path))
        try drill("upscale", studio) { out in
            try expectTwo(try upscaling.run(batch(studio, "photos", to: out)))
        }
    }

    static func translate() throws {
        let studio = try studio()
        let run = try Pix2Pix.train(on: studio("twins"), to: studio("model"), Studio.tinyTranslator(steps: 1))
        let translation = try Translation(Model.load(run.folder.path))
        try drill("translate", studio) { out in
            try expectTwo(try translation.run(batch(studio, "twins/trainA", to: out)))
        }
    }

    static func generate() throws {
        let studio = try studio()
        let run = try ConditionalGAN.train(on: studio("shapes"), to: studio("model"), Studio.tinyGenerator(steps: 1))
        try drill("generate", studio) { _ in
            let images = try Model.load(run.folder.path).generate(2, classes: ["bar"])
            guard images.count == 2 else { throw Wrong("\(images.count) images") }
        }
    }

    static func sketch() throws {
        let studio = try studio()
        try drill("data sketch", studio) { out in
            try expectTwo(try Sketching(hands: [.ink]).run(batch(studio, "photos", to: out)))
        }
    }

    static func train() throws {
        let studio = try studio()
        try drill("train", studio) { out in
            let run = try SuperResolution.train(on: studio("photos"), to: out, Studio.tinyUpscaler(steps: 1))
            guard run.outcome.isComplete else { throw Wrong("the training is not complete") }
        }
    }

    static func importModel() throws {
        let studio = try studio()
        for file in ["network-compact-x3.safetensors", "ncnn-compact.param", "network-msrresnet-x4.pth"] {
            try drill("models import \(file)", studio) { out in
                try Model.load(Fixtures.path("ForeignWeights/" + file)).write(to: out)
                _ = try Model.load(out).upscaler()
            }
        }
    }

    // MARK: The drill

    private struct Wrong: Error, CustomStringConvertible {
        let description: String
        init(_ description: String) { self.description = description }
    }

    /// Files that are written are synced, which takes long on a disk.
    private static func studio() throws -> Studio {
        if FileManager.default.isWritableFile(atPath: "/dev/shm") { setenv("TMPDIR", "/dev/shm", 1) }
        return try Studio()
    }

    private static func batch(_ studio: Studio, _ folder: String, to out: String) -> BatchSettings {
        var settings = BatchSettings(inputs: [0, 1].map { studio(folder) + "/\($0).png" }, output: out)
        (settings.decoders, settings.encoders) = (1, 1)
        return settings
    }

    private static func expectTwo(_ summary: BatchSummary) throws {
        guard summary.done + summary.failed == 2 else { throw Wrong("\(summary)") }
        if summary.failed > 0 { throw OutOfMemory.last }
    }

    /// Repeats work with a failure at each request: for two in a row, so that a second attempt fails, too; and for all
    /// from then on, in long runs at some of them.
    private static func drill(_ name: String, _ studio: Studio, _ work: (_ out: String) throws -> Void) throws {
        var (failed, tried) = (0, 0)
        func attempt(at nth: Int, times: Int) throws -> (requests: Int, error: (any Error)?) {
            let out = studio("out-\(tried)")
            defer { try? FileManager.default.removeItem(atPath: out) }
            tried += 1
            BufferPool.shared.trim()
            ck_scratch_trim()
            memory_fail_at(UInt64(nth), UInt64(times))
            let outcome = Result { try work(out) }
            let requests = Int(memory_requests())
            memory_fail_at(0, 0)
            guard case .failure(let error) = outcome else { return (requests, nil) }
            if error is Wrong { throw error }
            failed += 1
            return (requests, error)
        }
        _ = try attempt(at: 0, times: 0)
        let whole = try attempt(at: 0, times: 0)
        guard whole.error == nil, whole.requests > 0 else { throw Wrong("\(name) fails without a failure") }
        for nth in 1...whole.requests {
            // Nothing after a lasting failure differs much from the one before.
            for times in nth % (whole.requests / 64 + 1) == 0 ? [2, 0] : [2] {
                let (_, error) = try attempt(at: nth, times: times)
                if let error, !isOfMemory(error) { throw Wrong("\(name), request \(nth): \(error)") }
            }
        }
        let last = try attempt(at: 0, times: 0)
        if let error = last.error { throw Wrong("\(name) fails afterward: \(error)") }
        FileHandle.standardError.write(
            Data("\(name): \(whole.requests) requests for memory, \(tried) runs, \(failed) ended with an error\n".utf8))
    }

    /// Whether an error says that memory ran out.
    private static func isOfMemory(_ error: any Error) -> Bool {
        OutOfMemory.cause(of: error) != nil || "\(error)".contains("memory")
    }
}
