import Files
import Foundation
import Testing

/// SHA-256, compared with the examples of FIPS 180-4 and with other lengths from sha256sum.
@Suite struct FileHashTests {
    @Test func knownSums() throws {
        let known = [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
            ),
            (
                String(repeating: "a", count: 1_000_000),
                "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
            ),
        ]
        for (text, sum) in known { #expect(sha256(of: Array(text.utf8)) == sum) }
    }

    @Test func filesInPieces() throws {
        let bytes = (0..<(2 << 20) + 77).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let path = NSTemporaryDirectory() + "atelier-sum-\(UUID().uuidString)"
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect(try sha256(ofFile: path) == sha256(of: bytes))
        #expect(throws: (any Error).self) { try sha256(ofFile: path + "/none") }
    }
}
