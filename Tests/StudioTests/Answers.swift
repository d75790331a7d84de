import Atelier
import Foundation
import ImageFiles
import Studio
import TestSupport

/// Studio with the shipped models and folders of its own, asked without a socket.
struct Answers {
    let studio: Studio
    let router: Router
    let folder: TemporaryFolder

    /// - Parameter token: what requests must know.
    init(limits: Studio.Limits = Studio.Limits(), token: String? = nil, program: String = "/bin/false") throws {
        folder = try TemporaryFolder()
        let data = folder.path + "/data", runs = folder.path + "/runs"
        for path in [data, runs] {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        }
        studio = Studio(
            Studio.Places(
                store: ModelStore([Fixtures.packageFolder + "/Models"]), importFolder: folder.path + "/models",
                data: [data],
                runs: [runs], program: program), limits: limits)
        router = Router(studio.routes, access: Access(host: "127.0.0.1", port: 7860, token: token))
    }

    /// Asks, and gives the answer. What is refused before its body is read is answered, too.
    func ask(
        _ method: String, _ address: String, _ body: [UInt8] = [], type: String? = nil, fields: [String: String] = [:]
    ) async -> Response {
        do {
            var all = ["host": "127.0.0.1:7860"]
            all["content-type"] = type
            let head = RequestHead(
                method: method, target: try RequestTarget(parsing: address[...]),
                fields: all.merging(fields) { $1 }, body: .length(body.count))
            let limit = try router.admit(head)
            if body.count > limit { return Refusal(.tooLarge, "too-large", "").response }
            return await router.answer(Request(head, body: body))
        } catch { return Refusal(of: error).response }
    }

    /// Sends JSON.
    func post(_ address: String, _ json: String, fields: [String: String] = [:]) async -> Response {
        await ask("POST", address, Array(json.utf8), type: "application/json", fields: fields)
    }

    /// The content of a file.
    static func file(_ path: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(fileURLWithPath: path))) }

    /// A drawing: a dark circle on white.
    static func drawing(side: Int = 64) throws -> [UInt8] {
        let center = Double(side) / 2
        let samples = (0..<side * side).map { place -> UInt8 in
            let (x, y) = (Double(place % side) - center, Double(place / side) - center)
            return abs((x * x + y * y).squareRoot() - center / 2) < 2 ? 0 : 255
        }
        return try Image(width: side, height: side, channels: 1, samples8: samples).encoded(as: .png())
    }
}

extension Response {
    /// The body as JSON.
    func json() throws -> [String: Any] {
        try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any] ?? [:]
    }

    /// The code of a refusal.
    var code: String? { ((try? json())?["error"] as? [String: Any])?["code"] as? String }

    /// The value of a field.
    func field(_ name: String) -> String? { headers.first { $0.0 == name }?.1 }

    /// The body as an image.
    func image() throws -> Image { try Image.decode(bytes, name: "answer") }

    /// The events of a stream that ends.
    func events() async throws -> [(name: String, value: [String: Any])] {
        guard case .stream(let body) = body else { return [] }
        let sink = CollectingSink()
        try await body(sink)
        return try await sink.text.components(separatedBy: "\n\n").compactMap { event in
            let lines = event.components(separatedBy: "\n")
            guard lines.count == 2, lines[0].hasPrefix("event: ") else { return nil }
            let value = try JSONSerialization.jsonObject(with: Data(lines[1].dropFirst(6).utf8))
            return (String(lines[0].dropFirst(7)), value as? [String: Any] ?? [:])
        }
    }
}

/// Keeps what is sent.
actor CollectingSink: ResponseSink {
    private var bytes: [UInt8] = []

    func send(_ more: [UInt8]) { bytes += more }

    var text: String { String(decoding: bytes, as: UTF8.self) }
}

extension Response {
    /// The bytes of a body that is there.
    var bytes: [UInt8] {
        if case .bytes(let bytes) = body { bytes } else { [] }
    }
}
