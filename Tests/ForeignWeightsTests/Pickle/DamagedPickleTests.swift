import Foundation
import Testing

@testable import ForeignWeights

/// Pickles whose instructions do not fit together, or end too early.
@Suite struct DamagedPickleTests {
    @Test func stacksThatDoNotFit() {
        for bytes: [UInt8] in [
            [0x2E], [0x30, 0x2E], [0x52, 0x2E], [0x85, 0x2E], [0x74, 0x2E], [0x73, 0x2E], [0x7D, 0x4E, 0x73, 0x2E],
            [0x61, 0x2E], [0x4E, 0x4E, 0x61, 0x2E], [0x4E, 0x4E, 0x2E], [0x28, 0x4E, 0x2E], [0x71, 0, 0x2E],
            [0x68, 0, 0x2E], [0x6A, 1, 2, 3, 4, 0x2E], [0x7D, 0x28, 0x4E, 0x75, 0x2E], [0x80, 9, 0x2E], [0x62, 0x2E],
            [0x4E, 0x28, 0x30, 0x30, 0x2E], [0x32, 0x2E], [0x94, 0x2E], [0x93, 0x2E], [0x4E, 0x28, 0x85, 0x2E],
        ] {
            guard case .malformed? = failure(ArchiveBytes.pytorch([0x80, 2] + bytes)) else {
                Issue.record("\(bytes): \(String(describing: failure(ArchiveBytes.pytorch([0x80, 2] + bytes))))")
                continue
            }
        }
    }

    /// A pickle that ends too early is noticed at its end, wherever that is.
    @Test func everyTruncationIsNoticed() throws {
        let whole = Instructions.dictionary { $0.tensor(stored: 4, shape: [2, 2], strides: [1, 2]) }
        #expect(failure(ArchiveBytes.pytorch(whole)) == nil)
        for length in 0..<whole.count {
            let found = failure(ArchiveBytes.pytorch(Array(whole.prefix(length))))
            #expect(found == .truncated(.init(part: "m/data.pkl", offset: length)), "\(length)")
        }
    }
}
