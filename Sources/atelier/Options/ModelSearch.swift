import Atelier
import Foundation

extension ModelStore {
    /// The folders that the command line searches for models: those in `$ATELIER_MODELS`, separated by colons, then the
    /// default folders.
    static var searched: ModelStore {
        let own = (ProcessInfo.processInfo.environment["ATELIER_MODELS"] ?? "").split(separator: ":").map(String.init)
        return ModelStore(existing(own + usualFolders))
    }
}
