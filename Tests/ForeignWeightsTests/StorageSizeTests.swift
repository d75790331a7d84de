import TensorCore
import Testing

@testable import ForeignWeights

/// A storage has exactly the bytes that its numbers take; anything else would be misread without a sign.
@Suite struct StorageSizeTests {
    private static let sizes = [
        "DoubleStorage": 8, "FloatStorage": 4, "HalfStorage": 2, "BFloat16Storage": 2, "LongStorage": 8,
        "IntStorage": 4, "ShortStorage": 2, "CharStorage": 1, "ByteStorage": 1, "BoolStorage": 1,
    ]

    private func zip(_ type: String, bytes: Int, stored: Int = 4, shape: [Int] = [4]) -> [UInt8] {
        let pickle = Instructions.dictionary {
            $0.tensor(stored: stored, shape: shape, strides: [Int](repeating: 1, count: shape.count), type: type)
        }
        return ArchiveBytes.pytorch(pickle, storage: [UInt8](repeating: 0, count: bytes))
    }

    /// The old format: magic number, protocol, facts of the machine, the object, the keys, counts and numbers.
    private func legacy(stored: Int, found: Int) -> [UInt8] {
        let object = Instructions.dictionary { $0.tensor(stored: stored, shape: [2], strides: [1]) }
        var keys = Instructions()
        keys.raw("](")
        keys.text("0")
        keys.raw("e.")
        return LegacyStorages.magic + [0x80, 2, 0x4D, 0xE9, 3, 0x2E] + [0x80, 2, 0x7D, 0x2E] + object + keys.bytes
            + Instructions.little(UInt64(found), 8) + [UInt8](repeating: 0, count: 4 * found)
    }

    private func words(_ bytes: [UInt8]) -> String {
        guard case .malformed(let reason, _)? = failure(bytes) else { return "\(String(describing: failure(bytes)))" }
        return reason
    }

    @Test(arguments: sizes.keys.sorted())
    func everyTypeTakesItsOwnBytes(_ type: String) throws {
        let size = try #require(Self.sizes[type])
        #expect(failure(zip(type, bytes: 4 * size)) == nil)
        for bytes in [0, 1, 2, 4, 8, 16, 32, 33, 4 * size - 1, 4 * size + 1, 400] where bytes != 4 * size {
            let reason = words(zip(type, bytes: bytes))
            #expect(
                reason.contains("the tensor a lies in a storage of \(bytes) bytes")
                    && reason.contains("take \(4 * size)"), "\(bytes): \(reason)")
        }
    }

    /// Half precision read as single precision, as when one name in a pickle is replaced by another.
    @Test func halfPrecisionCalledSinglePrecision() {
        #expect(words(zip("FloatStorage", bytes: 2 * 3983, stored: 3983)).contains("7966 bytes"))
        #expect(words(zip("HalfStorage", bytes: 4 * 3983, stored: 3983)).contains("take 7966"))
    }

    @Test func surplusBehindAViewAndAnEmptyTensor() {
        #expect(failure(zip("FloatStorage", bytes: 16, shape: [2])) == nil)
        #expect(words(zip("FloatStorage", bytes: 20, shape: [2])).contains("20 bytes"))
        #expect(failure(zip("FloatStorage", bytes: 0, stored: 0, shape: [0])) == nil)
        #expect(words(zip("FloatStorage", bytes: 4, stored: 0, shape: [0])).contains("4 bytes"))
    }

    @Test func theOldFormatSaysItTwice() {
        #expect(failure(legacy(stored: 4, found: 4)) == nil)
        for found in [2, 3, 5, 40] {
            #expect(words(legacy(stored: 4, found: found)).contains("\(4 * found) bytes"), "\(found)")
        }
    }
}
