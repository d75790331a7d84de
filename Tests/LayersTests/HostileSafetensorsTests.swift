import Files
import Foundation
import Layers
import TensorCore
import Testing

/// Files that lie about themselves, or were damaged.
@Suite struct HostileSafetensorsTests {
    private static func file(_ header: String, data: Int = 0, announcing length: UInt64? = nil) -> Data {
        let length = length ?? UInt64(header.utf8.count)
        var bytes = Data((0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * UInt64($0))) })
        bytes.append(contentsOf: header.utf8)
        bytes.append(Data(count: data))
        return bytes
    }

    /// What is wrong with the bytes; the same whether they are all read at once or, from a file, on demand.
    private func cause(_ bytes: Data) -> SafetensorsError.Cause? {
        let path = FileManager.default.temporaryDirectory.path + "/hostile-\(UUID().uuidString).safetensors"
        _ = FileManager.default.createFile(atPath: path, contents: bytes)
        defer { try? FileManager.default.removeItem(atPath: path) }
        func cause(_ read: () throws(SafetensorsError) -> Void) -> SafetensorsError.Cause? {
            do throws(SafetensorsError) {
                try read()
                return nil
            } catch {
                return error.cause
            }
        }
        let found = cause { () throws(SafetensorsError) in _ = try Safetensors.decode(bytes, path: path) }
        let onDemand = cause { () throws(SafetensorsError) in _ = try Safetensors.open(path) }
        #expect(onDemand == found)
        return found
    }

    @Test func headersThatAreTooLong() {
        #expect(cause(Self.file("{}", announcing: .max)) == .headerTooLong(.max))
        #expect(cause(Self.file("{}", announcing: 100_000_001)) == .headerTooLong(100_000_001))
        #expect(cause(Self.file("{}", announcing: 1000)) == .truncated(expected: 1008, found: 10))
        #expect(cause(Data([1, 2, 3])) == .truncated(expected: 8, found: 3))
        #expect(cause(Data()) == .truncated(expected: 8, found: 0))
    }

    @Test(arguments: [
        "", "[]", "{", "null", "{\"a\":1}", "{\"a\":{\"dtype\":\"F32\",\"shape\":[1]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1.5],\"data_offsets\":[0,4]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1e40],\"data_offsets\":[0,4]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":\"1\",\"data_offsets\":[0,4]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4,8]}}",
        "{\"a\":{\"dtype\":7,\"shape\":[1],\"data_offsets\":[0,4]}}", "{\"__metadata__\":{\"a\":1}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[18446744073709551615],\"data_offsets\":[0,4]}}",
        String(repeating: "{\"a\":", count: 20_000), "\u{0}\u{0}\u{0}",
    ])
    func headersThatAreNone(_ header: String) {
        guard case .malformedHeader? = cause(Self.file(header, data: 4)) else {
            Issue.record("\(header.prefix(80)): \(String(describing: cause(Self.file(header, data: 4))))")
            return
        }
    }

    private func entry(_ name: String, _ shape: String, _ begin: Int, _ end: Int, _ type: String = "F32") -> String {
        "\"\(name)\":{\"dtype\":\"\(type)\",\"shape\":[\(shape)],\"data_offsets\":[\(begin),\(end)]}"
    }

    @Test func placesThatContradict() {
        func expectWrong(_ entries: [String], data: Int, sourceLocation: SourceLocation = #_sourceLocation) {
            let found = cause(Self.file("{" + entries.joined(separator: ",") + "}", data: data))
            guard case .wrongOffsets? = found else {
                Issue.record("\(String(describing: found))", sourceLocation: sourceLocation)
                return
            }
        }
        expectWrong([entry("a", "2", 0, 8), entry("b", "2", 4, 12)], data: 12)
        expectWrong([entry("a", "2", 0, 8), entry("b", "2", 0, 8)], data: 8)
        expectWrong([entry("a", "2", 4, 12)], data: 12)
        expectWrong([entry("a", "2", 8, 0)], data: 8)
        expectWrong([entry("a", "3", 0, 8)], data: 8)
        expectWrong([entry("a", "4611686018427387904,4611686018427387904", 0, 8)], data: 8)
        expectWrong([entry("a", "0,4611686018427387904,4611686018427387904", 0, 0)], data: 0)
        #expect(
            cause(Self.file("{" + entry("a", "2", 0, 8) + "}", data: 9))
                == .malformedHeader("1 bytes belong to no tensor"))
    }

    @Test func typesThatAreNotRead() {
        let header = "{" + entry("a", "2", 0, 16, "C64") + "}"
        #expect(cause(Self.file(header, data: 16)) == .unsupportedType(tensor: "a", type: "C64"))
    }

    @Test func everyTruncationIsNoticed() throws {
        let header = "{" + entry("a", "2,3", 0, 24) + "," + entry("b", "3", 24, 30, "BF16") + "}"
        let whole = Self.file(header, data: 30)
        #expect(cause(whole) == nil)
        for length in 0..<whole.count {
            guard case .truncated? = cause(whole.prefix(length)) else {
                Issue.record("\(length) bytes")
                continue
            }
        }
    }

    @Test func flippedBitsNeverCrash() {
        let header = "{" + entry("a", "2,3", 0, 24) + "," + entry("b", "3", 24, 27, "U8") + "}"
        let whole = Self.file(header, data: 27)
        for position in whole.indices {
            for bit in 0..<8 {
                var damaged = whole
                damaged[position] ^= 1 << bit
                _ = cause(damaged)
            }
        }
    }

    @Test func otherTypesBecomeFloats() throws {
        let kinds: [(String, [UInt8], [Float])] = [
            ("F64", Array(withUnsafeBytes(of: 1.5) { Array($0) }), [1.5]),
            ("I64", [0xFE] + [UInt8](repeating: 0xFF, count: 7), [-2]),
            ("I32", [3, 1, 0, 0], [259]), ("U8", [200, 7], [200, 7]), ("BOOL", [1, 0], [1, 0]),
            ("F16", [0x00, 0x3C, 0x00, 0xC1], [1, -2.5]), ("BF16", [0x80, 0x3F, 0x20, 0xC0], [1, -2.5]),
        ]
        for (type, bytes, values) in kinds {
            // An odd header puts the numbers at odd addresses.
            let header = "{" + entry("aa", "\(values.count)", 0, bytes.count, type) + "}"
            for padding in ["", " "] {
                var file = Self.file(header + padding)
                file.append(contentsOf: bytes)
                #expect(try Safetensors.decode(file, path: "x").tensors["aa"]?.values == values, "\(type)")
            }
        }
    }

    @Test func filesThatAreNotThere() {
        for path in ["/nonexistent/x.safetensors", "/tmp", "/dev/null"] {
            let error = #expect(throws: SafetensorsError.self) { try Safetensors.read(path) }
            guard case .unreadable? = error?.cause else {
                Issue.record("\(path): \(String(describing: error))")
                continue
            }
            #expect(error?.description.contains(path) == true)
        }
    }
}
