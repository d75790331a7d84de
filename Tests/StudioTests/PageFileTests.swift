import Foundation
import Studio
import TestSupport
import Testing

@Suite struct PageFileTests {
    private let page = PageFiles()

    @Test func everyFileOfThePageIsServed() throws {
        let folder = Fixtures.packageFolder + "/Sources/Studio/Page"
        let names = try FileManager.default.subpathsOfDirectory(atPath: folder).filter { $0.contains(".") }.sorted()
        #expect(page.names == names)
        for name in names {
            let isServed = page[name] == FileManager.default.contents(atPath: folder + "/" + name).map([UInt8].init)
            #expect(isServed, "\(name)")
        }
    }

    @Test func thePageLoadsOnlyItsOwnFiles() throws {
        for name in page.names where !name.hasSuffix(".json") {
            let text = String(decoding: try #require(page[name]), as: UTF8.self)
            for match in text.matches(of: /(?:src|href|from|import\()[= ]?["'`(]+(\/[\w.\/-]+)["'`]/) {
                #expect(page[String(match.1.dropFirst())] != nil, "\(name) loads \(match.1)")
            }
            for match in text.matches(of: /https?:\/\/[\w.\/-]+/) {
                #expect(match.0.hasPrefix("http://www.w3.org/"), "\(name) names \(match.0)")
            }
        }
    }

    @Test func filesHaveTypesAndTags() async throws {
        let answers = try Answers()
        let first = await answers.ask("GET", "/")
        #expect(first.field("Content-Type") == "text/html; charset=utf-8")
        let tag = try #require(first.field("ETag"))
        #expect(await answers.ask("GET", "/", fields: ["if-none-match": tag]).status == .notModified)
        #expect(await answers.ask("GET", "/app.js").field("Content-Type") == "text/javascript; charset=utf-8")
        #expect(await answers.ask("GET", "/etc/passwd").status == .notFound)
        #expect(await answers.ask("GET", "/places/draw.js").field("Content-Type") == "text/javascript; charset=utf-8")
        #expect(await answers.ask("GET", "/places").status == .notFound)
        #expect(await answers.ask("POST", "/").status == .methodNotAllowed)
    }
}
