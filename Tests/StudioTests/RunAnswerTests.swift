import Foundation
import Studio
import TestSupport
import Testing

@Suite struct RunAnswerTests {
    /// A run's folder with a log of some lines.
    private func makeRun(_ name: String, in answers: Answers, steps: Int = 100, lines: [String] = []) throws -> String {
        let path = answers.folder.path + "/runs/" + name
        try FileManager.default.createDirectory(atPath: path + "/samples", withIntermediateDirectories: true)
        try Data(#"{"kind":"gan","options":{"steps":\#(steps)},"software":"test","configuration":{}}"#.utf8)
            .write(to: URL(fileURLWithPath: path + "/config.json"))
        try Data(lines.map { $0 + "\n" }.joined().utf8).write(to: URL(fileURLWithPath: path + "/log.jsonl"))
        return path
    }

    @Test func runsAreListedWithTheirState() async throws {
        let answers = try Answers()
        _ = try makeRun("half", in: answers, lines: [#"{"step":50,"losses":{"generator":1}}"#])
        _ = try makeRun("whole", in: answers, lines: [#"{"step":100,"losses":{"generator":1}}"#])
        let live = try makeRun("live", in: answers, lines: [#"{"step":7}"#])
        let descriptor = open(live + "/.lock", O_RDWR | O_CREAT, 0o666)
        defer { close(descriptor) }
        #expect(flock(descriptor, LOCK_EX | LOCK_NB) == 0)
        try FileManager.default.createDirectory(
            atPath: answers.folder.path + "/runs/no-run", withIntermediateDirectories: true)
        let runs = try await answers.ask("GET", "/api/runs").json()["runs"] as? [[String: Any]]
        let states = Dictionary(
            uniqueKeysWithValues: (runs ?? []).map { ($0["name"] as? String, $0["state"] as? String) })
        #expect(states == ["half": "stopped", "whole": "done", "live": "running"])
        let half = try await answers.ask("GET", "/api/runs/half").json()
        #expect((half["step"] as? Int, half["steps"] as? Int) == (50, 100))
        #expect(await answers.ask("GET", "/api/runs/nothing").status == .notFound)
        #expect(await answers.ask("POST", "/api/runs/live/stop").status == .conflict)
        #expect(await answers.ask("POST", "/api/runs/live/resume").status == .conflict)
    }

    @Test func aTrainingOfAnotherProcessIsStopped() async throws {
        let answers = try Answers()
        let path = try makeRun("elsewhere", in: answers)
        let other = Process()
        other.executableURL = URL(fileURLWithPath: "/usr/bin/flock")
        other.arguments = ["--no-fork", path + "/.lock", "sleep", "3600"]
        // A process inherits blocked signals from the thread that starts it.
        var (blocked, none) = (sigset_t(), sigset_t())
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, &blocked)
        try other.run()
        pthread_sigmask(SIG_SETMASK, &blocked, nil)
        defer { other.terminate() }
        func state() async throws -> String? {
            try await answers.ask("GET", "/api/runs/elsewhere").json()["state"] as? String
        }
        for _ in 0..<500 where try await state() != "running" { try await Task.sleep(for: .milliseconds(10)) }
        #expect(await answers.ask("POST", "/api/runs/elsewhere/stop").status == .noContent)
        other.waitUntilExit()
        #expect(other.terminationReason == .uncaughtSignal && other.terminationStatus == SIGTERM)
        #expect(await answers.ask("POST", "/api/runs/elsewhere/stop").code == "not-running")
    }

    @Test func aWatchedRunSendsLinesAsTheyCome() async throws {
        let answers = try Answers()
        let path = try makeRun("run", in: answers, lines: [#"{"step":1,"losses":{"generator":2}}"#])
        try Data([1, 2, 3]).write(to: URL(fileURLWithPath: path + "/samples/step-000001.png"))
        guard case .stream(let body) = await answers.ask("GET", "/api/runs/run/events").body else {
            Issue.record("no stream")
            return
        }
        let sink = CollectingSink()
        let watching = Task { try await body(sink) }
        func wait(for text: String) async throws {
            for _ in 0..<500 where await !sink.text.contains(text) { try await Task.sleep(for: .milliseconds(10)) }
            #expect(await sink.text.contains(text))
        }
        try await wait(for: #""samples":[1]"#)
        let log = try #require(FileHandle(forWritingAtPath: path + "/log.jsonl"))
        log.seekToEndOfFile()
        log.write(Data((#"{"step":2,"alarm":"generatorCollapsed","words":"…"}"# + "\n").utf8))
        try await wait(for: "generatorCollapsed")
        watching.cancel()
        _ = await watching.result
        #expect(await answers.ask("GET", "/api/runs/run/samples/1").bytes == [1, 2, 3])
        #expect(await answers.ask("GET", "/api/runs/run/samples/2").status == .notFound)
        #expect(await answers.ask("GET", "/api/runs/run/samples/..%2F..%2Fconfig").status == .badRequest)
    }

    @Test func aTrainingStartsAsAProcessWithTheChosenData() async throws {
        let folder = try TemporaryFolder()
        let program = try folder.file("program", Array("#!/bin/sh\necho \"$@\" > '\(folder.path)/arguments'\n".utf8))
        chmod(program, 0o755)
        let answers = try Answers(program: program)
        try FileManager.default.createDirectory(
            atPath: answers.folder.path + "/data/flowers", withIntermediateDirectories: true)
        let order = #"{"name":"roses","data":"0/flowers","task":"sketches","hours":1.5}"#
        let answer = await answers.post("/api/runs", order)
        #expect(answer.status == .created)
        #expect(answer.field("Location") == "/api/runs/roses")
        var arguments = ""
        for _ in 0..<500 where !arguments.hasSuffix("\n") {
            arguments = (try? String(contentsOfFile: folder.path + "/arguments", encoding: .utf8)) ?? ""
            try await Task.sleep(for: .milliseconds(10))
        }
        #expect(arguments.hasPrefix("train pix2pix --sketch lines --sketch ink --data "))
        #expect(arguments.contains("/data/flowers --hours 1.5 --quiet --out "))
        #expect(arguments.hasSuffix("/runs/roses\n"))
    }

    @Test func aTrainingThatFailsAtOnceSaysWhy() async throws {
        let folder = try TemporaryFolder()
        let program = try folder.file("program", Array("#!/bin/sh\necho too few images >&2\nexit 1\n".utf8))
        chmod(program, 0o755)
        let answers = try Answers(program: program)
        let order = #"{"name":"few","data":"0","task":"generate","hours":1,"fewImages":true}"#
        #expect(await answers.post("/api/runs", order).status == .created)
        func run() async throws -> [String: Any] {
            let runs = try await answers.ask("GET", "/api/runs").json()["runs"] as? [[String: Any]]
            return try #require(runs?.first)
        }
        for _ in 0..<500 where try await run()["state"] as? String == "starting" {
            try await Task.sleep(for: .milliseconds(10))
        }
        let failed = try await run()
        #expect(failed["state"] as? String == "failed" && failed["name"] as? String == "few")
        #expect(failed["error"] as? String == "too few images")
        // Its name can be used again.
        #expect(await answers.post("/api/runs", order).status == .created)
    }

    @Test(arguments: [
        (#"{"name":"../x","data":"0","task":"generate","hours":1}"#, HTTPStatus.unprocessable),
        (#"{"name":"-x","data":"0","task":"generate","hours":1}"#, .unprocessable),
        (#"{"name":"","data":"0","task":"generate","hours":1}"#, .unprocessable),
        (#"{"name":"x","data":"0","task":"rm","hours":1}"#, .unprocessable),
        (#"{"name":"x","data":"0","task":"generate","hours":0}"#, .unprocessable),
        (#"{"name":"x","data":"1","task":"generate","hours":1}"#, .notFound),
        (#"{"name":"x","data":"0/../..","task":"generate","hours":1}"#, .notFound),
        (#"{"name":"x","data":"/etc","task":"generate","hours":1}"#, .notFound),
    ])
    func ordersThatCannotBeAreRefused(_ order: String, _ status: HTTPStatus) async throws {
        #expect(await (try Answers()).post("/api/runs", order).status == status)
    }

    @Test func onlyNamedFoldersAreReached() throws {
        let folder = try TemporaryFolder()
        let (inside, outside) = (folder.path + "/in", folder.path + "/in-not")
        for path in [inside + "/a/b", outside] {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        }
        try FileManager.default.createSymbolicLink(atPath: inside + "/way-out", withDestinationPath: outside)
        try FileManager.default.createSymbolicLink(atPath: inside + "/way-in", withDestinationPath: inside + "/a")
        let named = NamedFolders([inside, folder.path + "/missing"])
        let root = try #require(named.roots.first)
        #expect(named.roots.count == 1)
        #expect(try named.path("0/a/b") == root + "/a/b")
        #expect(try named.path("0/way-in") == root + "/a")
        for name in ["", "1", "x", "0/", "0/..", "0/a/../..", "0/.", "0/way-out", "0/missing", "0//a", "/0"] {
            #expect(throws: Refusal.self, "\(name)") { try named.path(name) }
        }
        #expect(named.folders(in: root) == ["a", "way-in", "way-out"])
    }

    @Test func dataIsCheckedBeforeATraining() async throws {
        let answers = try Answers()
        let images = answers.folder.path + "/data/rings"
        try FileManager.default.createDirectory(atPath: images, withIntermediateDirectories: true)
        for number in 0..<3 {
            try Data(Answers.drawing(side: 24 + number)).write(to: URL(fileURLWithPath: images + "/\(number).png"))
        }
        try Data("no image".utf8).write(to: URL(fileURLWithPath: images + "/broken.png"))
        let listing = try await answers.ask("GET", "/api/data?folder=0").json()
        #expect((listing["folders"] as? [[String: Any]])?.first?["name"] as? String == "0/rings")
        let events = try await answers.ask("GET", "/api/data/check?folder=0/rings").events()
        let report = try #require(events.last { $0.name == "report" })
        #expect(report.value["isSound"] as? Bool == false)
        #expect((report.value["report"] as? [String: Any])?["path"] as? String == "0/rings")
    }
}
