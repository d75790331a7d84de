import CStudioPage
import Foundation

/// The files of the page. They are in the program itself, so no request reaches the disk.
package struct PageFiles: Sendable {
    private struct File: Sendable {
        let type: String
        let bytes: [UInt8]
        let tag: String
    }

    private let files: [String: File]

    package init() {
        let embedded = (0..<studio_file_count()).map(studio_file_at)
        files = Dictionary(
            uniqueKeysWithValues: embedded.map { file in
                let name = String(cString: file.name)
                let bytes = Array(UnsafeBufferPointer(start: file.bytes, count: file.count))
                let tag = bytes.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
                return (name, File(type: Self.type(of: name), bytes: bytes, tag: "\"\(String(tag, radix: 16))\""))
            })
    }

    /// The names of all files, with the folders that hold them: `places/draw.js`.
    package var names: [String] { files.keys.sorted() }

    /// The content of a file.
    package subscript(name: String) -> [UInt8]? { files[name]?.bytes }

    /// The file at an address; the page itself at `/`.
    ///
    /// - Throws: ``Refusal`` (404).
    package func response(to head: RequestHead) throws(Refusal) -> Response {
        let name = head.target.path.joined(separator: "/")
        guard let file = files[name.isEmpty ? "index.html" : name] else {
            throw .missing("There is nothing at /\(name).")
        }
        let headers = [("Cache-Control", "no-cache"), ("ETag", file.tag)]
        if head.fields["if-none-match"] == file.tag { return .empty(.notModified, headers: headers) }
        return Response(type: file.type, headers: headers, body: .bytes(file.bytes))
    }

    private static func type(of name: String) -> String {
        switch name.split(separator: ".").last {
        case "html": "text/html; charset=utf-8"
        case "css": "text/css; charset=utf-8"
        case "js": "text/javascript; charset=utf-8"
        case "json": "application/json"
        case "svg": "image/svg+xml"
        case "webmanifest": "application/manifest+json"
        default: "application/octet-stream"
        }
    }
}
