import Atelier
import Files
import Foundation
import ImageData
import Training

extension Studio {
    /// Trainings: those that are there, and new ones.
    var runRoutes: [Route] {
        [
            Route("GET", "/api/runs") { [self] _ in .json(["runs": runs.all.map { facts($0.name, $0.folder) }]) },
            Route("POST", "/api/runs", bodyLimit: 64 << 10) { [self] call in try started(call) },
            Route("GET", "/api/runs/{name}") { [self] call in .json(facts(call["name"], try runs.run(call["name"]))) },
            Route("GET", "/api/runs/{name}/events") { [self] call in try watched(call["name"]) },
            Route("GET", "/api/runs/{name}/samples/{step}") { [self] call in try sample(call) },
            Route("POST", "/api/runs/{name}/stop") { [self] call in
                try runs.stop(call["name"])
                return .empty(.noContent)
            },
            Route("POST", "/api/runs/{name}/resume") { [self] call in
                try runs.resume(call["name"])
                return .empty(.noContent)
            },
        ]
    }

    /// Folders of images to train on.
    var dataRoutes: [Route] {
        [
            Route("GET", "/api/data") { [self] call in try listed(call) },
            Route("GET", "/api/data/check") { [self] call in try checked(call) },
        ]
    }

    private func facts(_ name: String, _ folder: RunFolder) -> RunFacts {
        RunFacts(name, folder, isStarted: runs.isStarted(name), error: runs.complaint(name))
    }

    // MARK: Watching

    private struct LogLines: Encodable {
        /// Whether these are all lines, and not those after the ones before.
        let isNew: Bool
        /// Lines of `log.jsonl`.
        let lines: [String]
        let samples: [Int]
        let run: RunFacts
    }

    private func watched(_ name: String) throws(Refusal) -> Response {
        let folder = try runs.run(name)
        return EventStream.response { [self] events in
            var tail = RunLogTail(folder.log)
            var isFirst = true
            var state = ""
            while true {
                let (lines, isNew) = tail.next()
                let facts = facts(name, folder)
                if isFirst || !lines.isEmpty || facts.state != state {
                    events.send(
                        "run",
                        LogLines(isNew: isFirst || isNew, lines: lines, samples: Self.samples(of: folder), run: facts))
                }
                (isFirst, state) = (false, facts.state)
                try await Task.sleep(for: .seconds(1))
            }
        }
    }

    /// The steps that have a sample sheet.
    private static func samples(of folder: RunFolder) -> [Int] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder.samples)) ?? []).compactMap { name in
            name.hasPrefix("step-") && name.hasSuffix(".png") ? Int(name.dropFirst(5).dropLast(4)) : nil
        }.sorted()
    }

    private func sample(_ call: Call) throws(Refusal) -> Response {
        let folder = try runs.run(call["name"])
        guard let step = Int(call["step"]), step >= 0, let bytes = content(folder.sample(at: step), limit: 64 << 20)
        else {
            throw .missing("The run has no sample sheet of that step.")
        }
        return Response(type: "image/png", body: .bytes(bytes))
    }

    // MARK: Starting

    private struct Order: Decodable {
        /// What is trained.
        enum Task: String, Decodable {
            case generate, classes, pairs, sketches, upscale, recognize

            var isGenerator: Bool { self == .generate || self == .classes }

            /// The command, with what it needs beside data and time.
            var arguments: [String] {
                switch self {
                case .generate: ["gan"]
                case .classes: ["cgan"]
                case .pairs: ["pix2pix"]
                case .sketches: ["pix2pix", "--sketch", "lines", "--sketch", "ink"]
                case .upscale: ["sr"]
                case .recognize: ["classifier"]
                }
            }
        }

        let name: String
        let data: String
        let task: Task
        let hours: Double
        /// Whether generators are of the kind that learns from few images.
        let fewImages: Bool?
    }

    private func started(_ call: Call) throws(Refusal) -> Response {
        let order: Order = try call.json()
        guard order.hours > 0, order.hours <= 1000 else {
            throw .invalid("hours must be greater than 0, and at most 1000.")
        }
        let data = try dataFolders.path(order.data)
        let network = order.fewImages == true && order.task.isGenerator ? ["--arch", "fastgan"] : []
        let arguments =
            ["train"] + order.task.arguments + network + ["--data", data, "--hours", "\(order.hours)", "--quiet"]
        let name = try runs.start(arguments, named: order.name)
        var response = Response.json(["name": name], status: .created)
        response.headers.append(("Location", "/api/runs/\(name)"))
        return response
    }

    // MARK: Data

    private struct FolderFacts: Encodable {
        let name, title: String
    }

    private struct Listing: Encodable {
        let folders: [FolderFacts]
        /// Whether runs can be started: whether there is a folder for them.
        let canTrain: Bool
    }

    private func listed(_ call: Call) throws(Refusal) -> Response {
        let canTrain = !runs.folders.roots.isEmpty
        guard let name = call.query("folder") else {
            let roots = dataFolders.roots.enumerated().map { FolderFacts(name: "\($0)", title: $1) }
            return .json(Listing(folders: roots, canTrain: canTrain))
        }
        let inside = dataFolders.folders(in: try dataFolders.path(name)).map {
            FolderFacts(name: name + "/" + $0, title: $0)
        }
        return .json(Listing(folders: inside, canTrain: canTrain))
    }

    private struct Progress: Encodable {
        let done, total: Int
    }

    private struct Report: Encodable {
        let isSound: Bool
        let report: DataReport
    }

    private func checked(_ call: Call) throws(Refusal) -> Response {
        guard let name = call.query("folder") else { throw .invalid("Say which folder: ?folder=0/NAME.") }
        let path = try dataFolders.path(name)
        return EventStream.response { [long, limits] events in
            do {
                var report = try await long.run(timeLimit: limits.longSeconds) { job in
                    try DataCheck.run(path: path) { done, total in
                        if done % max(total / 100, 1) == 0 {
                            events.send("progress", Progress(done: done, total: total))
                        }
                        job.report(done, of: total)
                    }
                }
                report.path = name
                events.send("report", Report(isSound: report.isSound, report: report))
            } catch {
                // No request learns where folders are on the machine.
                let detail = Refusal(of: error).detail
                let words = detail.message.replacingOccurrences(
                    of: path, with: URL(fileURLWithPath: path).lastPathComponent)
                events.send("failed", Refusal.Detail(code: detail.code, message: words))
            }
        }
    }
}
