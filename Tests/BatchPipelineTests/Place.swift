import Files
import Foundation
import ImageFiles
import Synchronization
import Testing

@testable import BatchPipeline

/// A folder for one test, removed when it is over.
final class Place: Sendable {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("batch-\(UUID().uuidString)").path

    init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func callAsFunction(_ name: String) -> String { path + "/" + name }

    @discardableResult func file(_ name: String, _ bytes: [UInt8] = []) throws -> String {
        try folder(split(name).folder)
        let file = self(name)
        try Data(bytes).write(to: URL(fileURLWithPath: file))
        return file
    }

    @discardableResult func folder(_ name: String) throws -> String {
        try FileManager.default.createDirectory(atPath: self(name), withIntermediateDirectories: true)
        return self(name)
    }

    /// An image whose pixels tell it from others.
    @discardableResult func image(_ name: String, _ number: Int = 1, side: Int = 8) throws -> String {
        let samples = (0..<side * side).map { UInt8(truncatingIfNeeded: $0 &* number &+ number) }
        let image = Image(width: side, height: side, channels: 1, samples8: samples)
        let isJPEG = ImageFormat(path: name) == .jpeg
        return try file(name, image.encoded(as: isJPEG ? .jpeg() : .png(.init(compression: 1))))
    }

    func link(_ name: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(atPath: self(name), withDestinationPath: target)
    }

    func bytes(_ name: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(fileURLWithPath: self(name)))) }

    /// All files below a folder by their relative paths, whatever they are called.
    func files(_ folder: String) -> [String] {
        let all = (try? FileManager.default.subpathsOfDirectory(atPath: self(folder))) ?? []
        return all.filter { FileStatus(self(folder) + "/" + $0)?.kind == .file }.sorted()
    }

    func lines(_ report: String) throws -> [ReportLine] {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try String(contentsOfFile: self(report), encoding: .utf8).split(separator: "\n").map {
            try decoder.decode(ReportLine.self, from: Data($0.utf8))
        }
    }

    func settings(_ inputs: [String], output: String = "out") -> BatchSettings {
        var settings = BatchSettings(inputs: inputs.map { self($0) }, output: self(output))
        settings.report = self("report.jsonl")
        return settings
    }
}

/// What is looked at in a line of a report.
struct ReportLine: Decodable, Hashable {
    let input, status: String
    let output, error, reason, model: String?
    let width, height, outputWidth, outputHeight, inputBytes, outputBytes, rank: Int?
    let decodeMs, computeMs, encodeMs: Double?
    let seed: UInt64?
    let partial: Bool?
    let lost: [String]?
}

/// What a batch tells.
final class Told: Sendable {
    private let events = Mutex<[BatchEvent]>([])

    func tell(_ event: BatchEvent) { events.withLock { $0.append(event) } }

    var records: [BatchRecord] {
        events.withLock { events in
            events.compactMap { if case .file(let record) = $0 { record } else { nil } }
        }
    }

    /// What went wrong, a line for each file.
    var failures: String { records.filter { $0.status == .failed }.compactMap(\.reason).joined(separator: "\n") }
}

extension BatchRun {

    /// Makes a negative of every image.
    static func invert(_ task: ImageTask) throws -> [ImageResult] {
        let image = try #require(task.image)
        guard case .bits8(let samples) = image.samples else { return [] }
        let negative = Image(
            width: image.width, height: image.height, channels: image.channels, samples8: samples.map { 255 - $0 })
        return [ImageResult(negative, seed: 7)]
    }
}
