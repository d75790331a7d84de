import Atelier
import Foundation
import Models
import Pix2Pix
import SuperResolution
import Synchronization

/// The models that requests may use, by their names, and the networks that are built from them.
///
/// A request never names a path: what it names must be in the list.
package final class ModelShelf: Sendable {
    /// Where models are.
    package let store: ModelStore
    /// Further models, by name: those of runs.
    private let others: @Sendable () -> [String: ModelFolder]
    private let shared = Mutex(Shared())

    private struct Shared {
        var folders: [String: ModelFolder] = [:]
        var order: [String] = []
        var listed = -Double.infinity
        /// The latest networks, the newest last.
        var built: [(key: Key, value: any Sendable)] = []
    }

    /// What a network is built from. A model that a training replaces gets another one.
    private struct Key: Hashable {
        let model: String
        let use: String
        let written: Date?
    }

    /// How many networks are kept.
    private static let mostBuilt = 8

    package init(_ store: ModelStore, others: @escaping @Sendable () -> [String: ModelFolder] = { [:] }) {
        (self.store, self.others) = (store, others)
    }

    /// All models, in the order of the folders.
    package var all: [(name: String, folder: ModelFolder)] {
        refresh()
        return shared.withLock { shared in shared.order.compactMap { name in shared.folders[name].map { (name, $0) } } }
    }

    /// A model by its name.
    ///
    /// - Throws: ``Refusal`` (404).
    package func folder(_ name: String) throws(Refusal) -> ModelFolder {
        refresh()
        guard let folder = shared.withLock({ $0.folders[name] }) else {
            throw .missing("There is no model “\(name)”. GET /api/models lists all.")
        }
        return folder
    }

    /// Looks for models anew at the next request.
    package func forget() { shared.withLock { $0.listed = -.infinity } }

    private func refresh() {
        let now = Job.now
        guard shared.withLock({ now - $0.listed > 2 }) else { return }
        let models = store.models.map { (URL(fileURLWithPath: $0.path).lastPathComponent, $0) }
        let runs = others().sorted { $0.key < $1.key }
        shared.withLock { shared in
            shared.folders = Dictionary(models + runs) { first, _ in first }
            shared.order = (models.map(\.0) + runs.map(\.key)).filter { shared.folders[$0] != nil }
            shared.listed = now
        }
    }

    /// What is built from a model for some use, or was built for it lately.
    ///
    /// - Parameter use: tells apart what is built from one model: its kind and its settings.
    package func built<Value: Sendable>(
        _ name: String, for use: String, as: Value.Type = Value.self, _ build: (Model) throws -> Value
    ) throws -> Value {
        let folder = try folder(name)
        let weights = folder.path + "/" + ModelManifest.weightsFile
        let written = try? FileManager.default.attributesOfItem(atPath: weights)[.modificationDate] as? Date
        let key = Key(model: name, use: use, written: written)
        let known = shared.withLock { shared -> Value? in
            guard let index = shared.built.firstIndex(where: { $0.key == key }) else { return nil }
            let entry = shared.built.remove(at: index)
            shared.built.append(entry)
            return entry.value as? Value
        }
        if let known { return known }
        let value = try build(Model(folder))
        shared.withLock { shared in
            shared.built.removeAll { $0.key == key }
            shared.built.append((key, value))
            if shared.built.count > Self.mostBuilt { shared.built.removeFirst() }
        }
        return value
    }

    /// A value that only one lane touches.
    package struct Confined<Value>: @unchecked Sendable {
        package let value: Value

        package init(_ value: Value) { self.value = value }
    }
}
