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

    /// SwiftPM makes an array of each file (`.embedInCode`), with underscores in its name and without its folders.
    private static let embedded: [(String, [UInt8])] = [
        ("app.js", PackageResources.app_js),
        ("icon.svg", PackageResources.icon_svg),
        ("index.html", PackageResources.index_html),
        ("openapi.json", PackageResources.openapi_json),
        ("parts/bitmap.js", PackageResources.bitmap_js),
        ("parts/chart.js", PackageResources.chart_js),
        ("parts/compare.js", PackageResources.compare_js),
        ("parts/examples.js", PackageResources.examples_js),
        ("parts/explore.js", PackageResources.explore_js),
        ("parts/palette.js", PackageResources.palette_js),
        ("parts/paper.js", PackageResources.paper_js),
        ("parts/starting.js", PackageResources.starting_js),
        ("places/draw.js", PackageResources.draw_js),
        ("places/generate.js", PackageResources.generate_js),
        ("places/models.js", PackageResources.models_js),
        ("places/train.js", PackageResources.train_js),
        ("places/upscale.js", PackageResources.upscale_js),
        ("shared/api.js", PackageResources.api_js),
        ("shared/dom.js", PackageResources.dom_js),
        ("shared/markdown.js", PackageResources.markdown_js),
        ("shared/zip.js", PackageResources.zip_js),
        ("styles/controls.css", PackageResources.controls_css),
        ("styles/places.css", PackageResources.places_css),
        ("styles/style.css", PackageResources.style_css),
    ]
}
