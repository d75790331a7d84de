import Foundation
import ImageFiles
import Testing

@testable import BatchPipeline

/// The bytes of lists.
@Suite struct ListEncodingTests {
    private static let names = ["a.png", "Käse/ü.jpg", "猫.png"]

    private func paths(_ bytes: [UInt8]) throws -> [String] { try InputList(bytes, name: "list").paths }

    private func encoded(_ text: String, _ encoding: String.Encoding, mark: [UInt8] = []) throws -> [UInt8] {
        mark + [UInt8](try #require(text.data(using: encoding)))
    }

    @Test(
        arguments: [
            (String.Encoding.utf8, [UInt8]()), (.utf8, [0xEF, 0xBB, 0xBF]), (.utf16LittleEndian, [0xFF, 0xFE]),
            (.utf16BigEndian, [0xFE, 0xFF]), (.utf16LittleEndian, []), (.utf16BigEndian, []),
            (.utf32LittleEndian, [0xFF, 0xFE, 0, 0]), (.utf32BigEndian, [0, 0, 0xFE, 0xFF]),
        ], ["\n", "\r\n"])
    func encodingsAreRecognized(_ kind: (encoding: String.Encoding, mark: [UInt8]), lineBreak: String) throws {
        for ending in ["", lineBreak] {
            let text = Self.names.joined(separator: lineBreak) + ending
            #expect(try paths(encoded(text, kind.encoding, mark: kind.mark)) == Self.names)
        }
        #expect(try paths(encoded("photo.png", kind.encoding, mark: kind.mark)) == ["photo.png"])
    }

    @Test func zerosMaySeparateNamesAsBefore() throws {
        for names in [["./a", "./b"], ["1", "2", "3"], ["a.png", "b.png"], ["x", ".", "a b"], ["ab", "cd\te"]] {
            #expect(try paths(Array(names.joined(separator: "\0").utf8)) == names)
            #expect(try paths(Array((names.joined(separator: "\0") + "\0").utf8)) == names)
        }
        #expect(try paths(Array("new\nline.png\0a.png\0".utf8)) == ["new\nline.png", "a.png"])
    }

    @Test(arguments: [
        "a.png\u{1}\n", "\u{1B}[31ma.png\n", "a\rb\rc\r", "a.png\0b\u{7}.png\0", "a.png\u{7F}", "\u{8}",
    ])
    func controlCharactersAreRefused(text: String) throws {
        let error = #expect(throws: BatchError.self) { try paths(Array(text.utf8)) }
        #expect(error?.description.contains("control character") == true)
    }

    @Test func whatIsNoListIsRefused() throws {
        let image = Image(width: 4, height: 4, channels: 1, samples8: Array(0..<16))
        for options in [EncodingOptions.png(), .jpeg()] {
            let error = try #require(
                #expect(throws: BatchError.self) { try paths(try image.encoded(as: options)) })
            #expect("\(error)".contains("image, not a list"))
        }
        // Half a surrogate, and half a character.
        for bytes: [UInt8] in [[0xFF, 0xFE, 0x00, 0xD8, 0x41, 0x00], [0xFF, 0xFE, 0x41], [0xFE, 0xFF, 0xDC, 0x00]] {
            let error = try #require(#expect(throws: BatchError.self) { try paths(bytes) })
            #expect("\(error)".contains("not valid UTF-16"))
        }
    }

    /// One slash is the whole disk: it may only be there if somebody wrote it.
    @Test func aListNeverPlansTheWholeDisk() throws {
        for encoding in [String.Encoding.utf16LittleEndian, .utf16BigEndian] {
            let list = try paths(encoded("C/photos/a.png\r\n/data/b.png\r\n", encoding))
            #expect(list == ["C/photos/a.png", "/data/b.png"])
        }
    }
}
