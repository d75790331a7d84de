import Foundation
import Studio
import Testing

@Suite struct OpenAPITests {
    private func document() throws -> [String: Any] {
        let bytes = try #require(PageFiles()["openapi.json"])
        return try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
    }

    @Test func everyRouteIsDescribedAndNothingElse() throws {
        let paths = try #require(document()["paths"] as? [String: [String: Any]])
        let described = Set(paths.flatMap { path, methods in methods.keys.map { "\($0.uppercased()) \(path)" } })
        let routes = Set(try Answers().router.routes.map { "\($0.method) /" + $0.pattern.joined(separator: "/") })
        #expect(described == routes)
    }

    @Test func everyPartOfAPathIsAParameter() throws {
        for (path, methods) in try #require(document()["paths"] as? [String: [String: Any]]) {
            let wanted = path.matches(of: /\{(\w+)\}/).map { String($0.1) }
            for (method, value) in methods {
                let parameters = (value as? [String: Any])?["parameters"] as? [[String: Any]] ?? []
                let given = parameters.filter { $0["in"] as? String == "path" }.compactMap { $0["name"] as? String }
                #expect(given.sorted() == wanted.sorted(), "\(method) \(path)")
            }
        }
    }

    @Test func answersHaveTheDescribedMembers() async throws {
        let schemas = try #require((document()["components"] as? [String: Any])?["schemas"] as? [String: [String: Any]])
        let answers = try Answers()
        func check(_ value: [String: Any], _ name: String) throws {
            let schema = try #require(schemas[name])
            let properties = try #require(schema["properties"] as? [String: Any])
            #expect(Set(value.keys).isSubset(of: properties.keys), "\(name)")
            #expect(Set(schema["required"] as? [String] ?? []).isSubset(of: value.keys), "\(name)")
        }
        try check(await answers.ask("GET", "/api/status").json(), "Status")
        for model in try await answers.ask("GET", "/api/models").json()["models"] as? [[String: Any]] ?? [] {
            try check(model, "Model")
        }
        try check(await answers.ask("GET", "/api/models/nothing").json(), "Error")
        let job = await answers.ask("POST", "/api/upscale?model=photo-x2", try Answers.drawing(side: 16))
        try check(job.json(), "Job")
    }

    @Test func theDescriptionIsServed() async throws {
        let answer = await (try Answers()).ask("GET", "/api/openapi.json")
        #expect(answer.bytes == PageFiles()["openapi.json"])
    }
}
