import Atelier
import Files
import Foundation
import Models

extension Studio {
    /// Files of weights from elsewhere: first they are inspected, then imported.
    var importRoutes: [Route] {
        [
            Route("POST", "/api/models", bodyLimit: 512 << 20) { [self] call in try await inspected(call) },
            Route("POST", "/api/models/{name}", bodyLimit: 4096) { [self] call in try await imported(call) },
        ]
    }

    /// Endings of files that may be weights.
    private static let endings: Set<String> = ["pth", "pt", "ckpt", "safetensors", "pkl", "onnx"]

    private struct Report: Encodable {
        /// What the file is called from now on.
        let upload: String
        let format, license: String
        let network, problem: String?
        let numbers: Int?
        /// Names in its pickle that no network needs.
        let unusual: [String]
        let forbidsCommercialUse: Bool
    }

    private func inspected(_ call: Call) async throws(Refusal) -> Response {
        let ending = (call.query("name") ?? "").split(separator: ".").last.map { $0.lowercased() } ?? ""
        guard Self.endings.contains(ending) else {
            throw Refusal(
                .unsupportedType, "type",
                "name must end in \(Self.endings.sorted().map { "." + $0 }.joined(separator: ", ")).")
        }
        guard !call.request.body.isEmpty else { throw .invalid("The body must be a file of weights.") }
        return try await long.run(timeLimit: limits.quickSeconds) { [uploads, shelf] job in
            let file = try uploads.add(call.request.body, ending: ending)
            let report = try ModelInspection(of: file.path, in: shelf.store, measuresTime: false)
            let hidden = file.path
            return .json(
                Report(
                    upload: file.name, format: report.format, license: report.license,
                    network: report.network?.description,
                    problem: report.problem?.replacingOccurrences(of: hidden, with: "the file"),
                    numbers: report.weights?.numberCount, unusual: report.pickle?.unusual ?? [],
                    forbidsCommercialUse: report.forbidsCommercialUse))
        }
    }

    private struct Order: Decodable, Sendable {
        let upload: String
    }

    private func imported(_ call: Call) async throws(Refusal) -> Response {
        let order: Order = try call.json()
        let name = call["name"]
        try RunShelf.check(name: name)
        let path = try uploads.path(order.upload)
        guard !shelf.all.contains(where: { $0.name == name }) else {
            throw Refusal(.conflict, "exists", "There is a model called \(name) already. Choose another name.")
        }
        let folder = importFolder + "/" + name
        return try await long.run(timeLimit: limits.quickSeconds) { [uploads, shelf] job in
            guard !FileManager.default.fileExists(atPath: folder) else {
                throw Refusal(.conflict, "exists", "There is a folder called \(name) already. Choose another name.")
            }
            let model: Model
            do { model = try Model(file: path, among: shelf.store.architectures) } catch is CancellationError {
                throw CancellationError()
            } catch {
                let words = "\(error)".replacingOccurrences(of: path, with: "the file")
                throw Refusal(.conflict, "weights", "It cannot be used: \(words)")
            }
            try model.write(to: folder, name: name)
            uploads.remove(order.upload)
            shelf.forget()
            var response = Response.json(ModelFacts(try shelf.folder(name), as: name), status: .created)
            response.headers.append(("Location", "/api/models/\(name)"))
            return response
        }
    }
}
