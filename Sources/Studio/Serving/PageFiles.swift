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
        files = Dictionary(
            uniqueKeysWithValues: Self.embedded.map { name, bytes in
                let tag = bytes.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
                return (name, File(type: Self.type(of: name), bytes: bytes, tag: "\"\(String(tag, radix: 16))\""))
            })
    }

    /// The names of all files.
    package var names: [String] { files.keys.sorted() }

    /// The content of a file.
    package subscript(name: String) -> [UInt8]? { files[name]?.bytes }

    /// The file at an address; the page itself at `/`.
    ///
    /// - Throws: ``Refusal`` (404).
    package func response(to head: RequestHead) throws(Refusal) -> Response {
        let path = head.target.path
        guard path.count <= 1, let file = files[path.first ?? "index.html"] else {
            throw .missing("There is nothing at /\(path.joined(separator: "/")).")
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

    /// SwiftPM makes an array of each file (`.embedInCode`), with underscores in its name.
    private static let embedded: [(String, [UInt8])] = [
        ("api.js", PackageResources.api_js),
        ("app.js", PackageResources.app_js),
        ("chart.js", PackageResources.chart_js),
        ("compare.js", PackageResources.compare_js),
        ("controls.css", PackageResources.controls_css),
        ("dom.js", PackageResources.dom_js),
        ("draw.js", PackageResources.draw_js),
        ("examples.js", PackageResources.examples_js),
        ("explore.js", PackageResources.explore_js),
        ("generate.js", PackageResources.generate_js),
        ("icon.svg", PackageResources.icon_svg),
        ("index.html", PackageResources.index_html),
        ("markdown.js", PackageResources.markdown_js),
        ("models.js", PackageResources.models_js),
        ("openapi.json", PackageResources.openapi_json),
        ("paper.js", PackageResources.paper_js),
        ("places.css", PackageResources.places_css),
        ("style.css", PackageResources.style_css),
        ("train.js", PackageResources.train_js),
        ("upscale.js", PackageResources.upscale_js),
        ("zip.js", PackageResources.zip_js),
    ]
}
