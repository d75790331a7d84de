import BatchPipeline
import Files
import Foundation
import ImageFiles
import Training

/// Whether an error means that the disk, or the user's share of it, is full.
package func isFullDisk(_ error: any Error) -> Bool {
    let words = [ENOSPC, EDQUOT].map { String(cString: strerror($0)) }
    switch error {
    case let error as ImageError: return error.isFullDisk
    case let error as FileWriteError: return words.contains(error.reason)
    case let error as TrainingError:
        guard case .file(_, let reason) = error else { return false }
        return words.contains { reason.contains($0) }
    case let error as CocoaError: return error.code == .fileWriteOutOfSpace
    default: return false
    }
}
