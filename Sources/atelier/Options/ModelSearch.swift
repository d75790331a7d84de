import Atelier
import Foundation

extension ModelStore {
    /// Where the command line looks for models: in the folders of `$ATELIER_MODELS`, joined by colons, then where they
    /// usually lie.
    static var searched: ModelStore {
        let own = (ProcessInfo.processInfo.environment["ATELIER_MODELS"] ?? "").split(separator: ":").map(String.init)
        return ModelStore(existing(own + usualFolders))
    }
}
