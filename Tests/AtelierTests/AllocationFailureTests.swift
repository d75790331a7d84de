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
    @Suite struct AllocationFailureTests {
        @Test func upscale() async {
            await #expect(processExitsWith: .success) { try AllocationDrill.upscale() }
        }

        @Test func translate() async {
            await #expect(processExitsWith: .success) { try AllocationDrill.translate() }
        }

        @Test func generate() async {
            await #expect(processExitsWith: .success) { try AllocationDrill.generate() }
        }

        @Test func dataSketch() async {
            await #expect(processExitsWith: .success) { try AllocationDrill.sketch() }
        }

        @Test func train() async {
            await #expect(processExitsWith: .success) { try AllocationDrill.train() }
        }

        @Test func modelsImport() async {
            await #expect(processExitsWith: .success) { try AllocationDrill.importModel() }
        }
    }
#endif

/// Work that is repeated with a failure at every request for memory.
enum AllocationDrill {
    static func upscale() throws {
        let models = try TinyModels.shared()
        let upscaling = try Upscaling(Model.load(models.upscaler))
        try drill("upscale", models.studio) { out in
            var settings = batch(models.studio("photos"), to: out)
            settings.limits = .standard
            try expectAllToldApart(try upscaling.run(settings), of: 6)
        }
    }

    static func translate() throws {
        let models = try TinyModels.shared()
        let translation = try Translation(Model.load(models.translator))
        try drill("translate", models.studio) { out in
            try expectAllToldApart(try translation.run(batch(models.studio("twins/trainA"), to: out)), of: 6)
        }
    }

    static func generate() throws {
        let models = try TinyModels.shared()
        try drill("generate", models.studio) { _ in
            let images = try Model.load(models.generator).generate(3, classes: ["bar"])
            guard images.count == 3 else { throw Wrong("\(images.count) images") }
        }
    }

    static func sketch() throws {
        let models = try TinyModels.shared()
        try drill("data sketch", models.studio) { out in
            let sketching = Sketching(hands: [.lines, .ink])
            try expectAllToldApart(try sketching.run(batch(models.studio("photos"), to: out)), of: 6)
        }
    }

    static func train() throws {
        let models = try TinyModels.shared()
        try drill("train", models.studio) { out in
            var options = Studio.tinyTranslator(steps: 1)
            options.run.sampleEvery = 1
            let run = try Pix2Pix.train(on: models.studio("twins"), to: out, options)
            guard run.outcome.isComplete else { throw Wrong("the training is not complete") }
        }
    }

    static func importModel() throws {
        let models = try TinyModels.shared()
        for file in ["network-msrresnet-x4.pth", "network-compact-x3.safetensors", "ncnn-compact.param"] {
            try drill("models import \(file)", models.studio) { out in
                let model = try Model.load(Fixtures.path("ForeignWeights/" + file))
                try model.write(to: out)
                _ = try Model.load(out).upscaler()
            }
        }
    }

    // MARK: The drill

    private struct Wrong: Error, CustomStringConvertible {
        let description: String
        init(_ description: String) { self.description = description }
    }

    private static func batch(_ images: String, to out: String) -> BatchSettings {
        var settings = BatchSettings(inputs: [images], output: out)
        (settings.decoders, settings.encoders) = (1, 1)
        return settings
    }

    private static func expectAllToldApart(_ summary: BatchSummary, of count: Int) throws {
        guard summary.done + summary.failed == count else { throw Wrong("\(summary)") }
        if summary.failed > 0 { throw OutOfMemory.last }
    }

    /// Repeats work with a failure at each request: for two in a row, so that a second attempt fails, too, and for all
    /// from then on.
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
            for times in [2, 0] {
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
