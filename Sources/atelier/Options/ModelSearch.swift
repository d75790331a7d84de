import Catalog
import Foundation
import ImageData
import Models

extension ModelStore {
    /// Where the command line looks for models: in the folders of `$ATELIER_MODELS`, joined by colons, then where they
    /// usually lie.
    static var searched: ModelStore {
        let own = (ProcessInfo.processInfo.environment["ATELIER_MODELS"] ?? "").split(separator: ":").map(String.init)
        return ModelStore(existing(own + usualFolders))
    }

    /// A model as people name it.
    ///
    /// - Throws: `UsageError` when there is none of that name.
    func load(_ name: String, direction: PairDirection = .aToB) throws -> Model {
        do { return try Model.load(name, direction: direction, from: self) } catch let error as ModelError
        where error.isAboutTheName { throw UsageError("\(error)") }
    }
}
