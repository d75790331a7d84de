import Foundation
import Testing
import Training

@Suite struct EventFileTests {
    /// Known answers of RFC 3720, B.4, and of the usual check string.
    private static let knownChecksums: [(bytes: [UInt8], checksum: UInt32)] = [
        (Array("123456789".utf8), 0xE306_9283), ([UInt8](repeating: 0, count: 32), 0x8A91_36AA),
        ([UInt8](repeating: 0xFF, count: 32), 0x62A8_AB43), (Array(0..<32), 0x46DD_794E), ([], 0),
    ]

    @Test func checksums() {
        for (bytes, checksum) in Self.knownChecksums { #expect(CRC32C.checksum(bytes) == checksum) }
    }

    /// Known answers of TensorBoard's own implementation.
    @Test func maskedChecksums() {
        #expect(CRC32C.masked(Array("123456789".utf8)) == 0xC78A_B0E5)
        #expect(CRC32C.masked([]) == 0xA282_EAD8)
        #expect(CRC32C.masked([24, 0, 0, 0, 0, 0, 0, 0]) == 0x224B_7FA3)
    }

    @Test func wireFormat() {
        var writer = ProtobufWriter()
        writer.integer(1, 150)
        writer.string(2, "testing")
        writer.message(3) { $0.integer(1, 150) }
        writer.float(4, 1)
        writer.double(5, 1)
        writer.integer(16, -1)
        let expected: [UInt8] =
            [0x08, 0x96, 0x01, 0x12, 0x07] + Array("testing".utf8) + [0x1A, 0x03, 0x08, 0x96, 0x01]
            + [0x25, 0, 0, 0x80, 0x3F, 0x29, 0, 0, 0, 0, 0, 0, 0xF0, 0x3F, 0x80, 0x01]
            + [UInt8](repeating: 0xFF, count: 9) + [0x01]
        #expect(writer.bytes == expected)
    }

    /// The contents of the records of a file, whose checksums are verified.
    private func records(_ bytes: [UInt8]) throws -> [[UInt8]] {
        func integer(_ start: Int, _ count: Int) -> Int {
            bytes[start..<start + count].reversed().reduce(0) { $0 << 8 | Int($1) }
        }
        var records: [[UInt8]] = []
        var at = 0
        while at < bytes.count {
            let length = integer(at, 8)
            try #require(at + 16 + length <= bytes.count)
            let content = Array(bytes[at + 12..<at + 12 + length])
            #expect(integer(at + 8, 4) == Int(CRC32C.masked(bytes[at..<at + 8])))
            #expect(integer(at + 12 + length, 4) == Int(CRC32C.masked(content)))
            records.append(content)
            at += 16 + length
        }
        return records
    }

    @Test func recordsOfAFile() throws {
        let folder = TemporaryFolder()
        let file = try EventFile(in: folder.path, firstStep: 5, now: { 1.5 })
        try file.add([("loss/generator", 0.5)], step: 7)
        try file.add(png: [1, 2, 3], width: 4, height: 5, channels: 1, tag: "samples", step: 8)
        try file.flush()
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(names.count == 1 && names[0].hasPrefix("events.out.tfevents.0000000001."))
        let bytes = try #require(FileManager.default.contents(atPath: folder.path + "/" + names[0]))

        func event(_ build: (inout ProtobufWriter) -> Void) -> [UInt8] {
            var writer = ProtobufWriter()
            writer.double(1, 1.5)
            build(&writer)
            return writer.bytes
        }
        let expected = [
            event { $0.string(3, "brain.Event:2") },
            event {
                $0.integer(2, 5)
                $0.message(7) { $0.integer(1, 1) }
            },
            event {
                $0.integer(2, 7)
                $0.message(5) {
                    $0.message(1) {
                        $0.string(1, "loss/generator")
                        $0.float(2, 0.5)
                    }
                }
            },
            event {
                $0.integer(2, 8)
                $0.message(5) {
                    $0.message(1) {
                        $0.string(1, "samples")
                        $0.message(4) {
                            $0.integer(1, 5)
                            $0.integer(2, 4)
                            $0.integer(3, 1)
                            $0.bytes(4, [1, 2, 3])
                        }
                    }
                }
            },
        ]
        #expect(try records([UInt8](bytes)) == expected)
    }

    @Test func laterFilesSortAfterEarlierOnes() throws {
        let folder = TemporaryFolder()
        for _ in 0..<3 { _ = try EventFile(in: folder.path, now: { 1.5 }) }
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        #expect(names.map { $0.suffix(5) } == ["00000", "00001", "00002"])
    }
}
