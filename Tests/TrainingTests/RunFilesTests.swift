import Files
import Foundation
import TensorCore
import Testing
import Training

@Suite struct RunFilesTests {
    private let folder = TemporaryFolder()

    @Test func aCheckpointKeepsEveryBit() throws {
        let values: [Float] = [0.1, -0, .leastNonzeroMagnitude, .greatestFiniteMagnitude, 1 / 3]
        let state = TrainingState(
            tensors: ["a.w": Tensor(values, shape: [5]), "b": Tensor(2)],
            numbers: ["n": 0.1, "big": 9_007_199_254_740_991])
        let written = Checkpoint(
            step: 42, state: state, elapsed: 1.25, images: 64, watch: AlarmWatch(),
            best: Checkpoint.BestFigure(metric: "frechet", value: 1.5, step: 40))
        try written.write(to: folder.path + "/c")
        let read = try Checkpoint(folder: folder.path + "/c")
        #expect(read.state.tensors["a.w"]?.values.map(\.bitPattern) == values.map(\.bitPattern))
        #expect(read.state.numbers == state.numbers)
        #expect(read.step == 42 && read.elapsed == 1.25 && read.images == 64 && read.best == written.best)
        #expect(read.state.tensors(under: "a").keys.sorted() == ["w"])
    }

    @Test func aCheckpointKnowsWhatIsBroken() {
        let state = TrainingState(tensors: ["good": Tensor(1), "bad": Tensor([1, .nan], shape: [2])])
        #expect(
            Checkpoint(step: 1, state: state, elapsed: 0, images: 0, watch: AlarmWatch()).firstBroken == "bad")
    }

    @Test(arguments: ["state.json", "state.safetensors"])
    func damagedCheckpointsAreRefused(file: String) throws {
        let path = folder.path + "/c"
        let state = TrainingState(tensors: ["w": Tensor([1, 2, 3], shape: [3])])
        try Checkpoint(step: 1, state: state, elapsed: 0, images: 0, watch: AlarmWatch()).write(to: path)
        let bytes = try #require(FileManager.default.contents(atPath: path + "/" + file))
        for length in stride(from: 0, to: bytes.count - 1, by: 7) {
            try bytes.prefix(length).write(to: URL(fileURLWithPath: path + "/" + file))
            #expect(throws: TrainingError.self) { try Checkpoint(folder: path) }
        }
    }

    @Test func theLogIsCutBackToAStep() {
        let lines = "{\"step\":1}\n{\"step\":5,\"x\":\"a\\nb\"}\nnonsense\n{\"step\":5}\n{\"step\":6}\n{\"step\":2"
        let kept = TrainingLog.kept(Array(lines.utf8), upTo: 5)
        #expect(String(decoding: kept, as: UTF8.self) == "{\"step\":1}\n{\"step\":5,\"x\":\"a\\nb\"}\n{\"step\":5}\n")
    }

    @Test func linesOfALogAreJSON() throws {
        var line = JSONLine()
        line.add("step", 3)
        line.add("name \"x\"\n\u{1}", "tab\t\\ é")
        line.add("figures", [("a", 0.5), ("b", Double.nan), ("c", 1e-30), ("d", 1e300), ("e", Double(Float(0.1)))])
        line.add("empty", [(name: String, value: Double)]())
        line.add("flag", true)
        line.add("values", [1.5, -.infinity])
        line.add("words", ["a", "b"])
        let object = try #require(JSONSerialization.jsonObject(with: Data(line.text.utf8)) as? [String: Any])
        #expect(object["step"] as? Int == 3)
        #expect(object["name \"x\"\n\u{1}"] as? String == "tab\t\\ é")
        let figures = try #require(object["figures"] as? [String: Any])
        #expect(figures["a"] as? Double == 0.5 && figures["b"] as? String == "nan")
        #expect(figures["c"] as? Double == 1e-30 && figures["d"] as? Double == 1e300)
        #expect(line.text.contains("\"e\":0.1}") && line.text.contains("[1.5,\"-inf\"]"))
        #expect(object["empty"] == nil && object["flag"] as? Bool == true)
    }

    @Test func unfinishedCheckpointsDoNotCount() throws {
        try folder.run.create()
        for step in [5, 10, 1_234_567] {
            let state = TrainingState(tensors: ["w": Tensor(1)])
            try Checkpoint(step: step, state: state, elapsed: 0, images: 0, watch: AlarmWatch())
                .write(to: folder.run.checkpoint(at: step))
        }
        try FileManager.default.createDirectory(
            atPath: folder.run.checkpoint(at: 15), withIntermediateDirectories: true)
        try FileManager.default.createDirectory(
            atPath: folder.run.checkpoints + "/.partial-step-000020", withIntermediateDirectories: true)
        #expect(folder.run.checkpointSteps == [5, 10, 1_234_567])
        folder.run.prune(keeping: 2, upTo: 1_234_567)
        #expect(folder.run.checkpointSteps == [10, 1_234_567])
        #expect(!FileManager.default.fileExists(atPath: folder.run.checkpoints + "/.partial-step-000020"))
    }
}
