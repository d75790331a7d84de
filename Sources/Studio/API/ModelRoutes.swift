import Atelier
import Files
import Foundation
import Models

extension Studio {
    /// What Studio is, and how busy.
    var statusRoutes: [Route] {
        [
            Route("GET", "/api/status") { [self] _ in
                .json(
                    StatusFacts(
                        software: Software.description, waiting: quick.load, longJobs: long.load,
                        models: shelf.all.count))
            },
            Route("GET", "/api/openapi.json") { _ in
                Response(type: "application/json", body: .bytes(PageFiles()["openapi.json"] ?? []))
            },
        ]
    }

    private struct StatusFacts: Encodable {
        let software: String
        let waiting, longJobs, models: Int
    }

    /// The models and their cards.
    var modelRoutes: [Route] {
        [
            Route("GET", "/api/models") { [self] _ in
                .json(["models": shelf.all.map { ModelFacts($0.folder, as: $0.name) }])
            },
            Route("GET", "/api/models/{name}") { [self] call in
                .json(ModelFacts(try shelf.folder(call["name"]), as: call["name"]))
            },
            Route("GET", "/api/models/{name}/card") { [self] call in try card(call["name"]) },
            Route("GET", "/api/models/{name}/sheet") { [self] call in try sheet(call["name"]) },
        ]
    }

    /// The model's README as it is written.
    private func card(_ name: String) throws(Refusal) -> Response {
        guard let bytes = content(try shelf.folder(name).path + "/README.md", limit: 1 << 20) else {
            throw .missing("The model \(name) has no card.")
        }
        return Response(type: "text/markdown; charset=utf-8", body: .bytes(bytes))
    }

    private func sheet(_ name: String) throws(Refusal) -> Response {
        guard let path = ModelFacts.sheet(of: try shelf.folder(name)), let bytes = content(path, limit: 16 << 20) else {
            throw .missing("The model \(name) has no sheet.")
        }
        return Response(type: path.hasSuffix(".jpg") ? "image/jpeg" : "image/png", body: .bytes(bytes))
    }

    /// The content of a regular file of limited size; nil if there is none.
    func content(_ path: String, limit: Int) -> [UInt8]? {
        try? InputFile(path, .regular).readAll(limit: limit)
    }
}
