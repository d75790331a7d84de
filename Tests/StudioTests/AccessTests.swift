import Studio
import Testing

@Suite struct AccessTests {
    private func status(
        _ access: Access, host: String = "127.0.0.1:80", path: [String] = ["api", "models"],
        query: [String: String] = [:],
        _ fields: [String: String] = [:]
    ) -> HTTPStatus? {
        let head = RequestHead(
            method: "GET", target: RequestTarget(path: path, query: query),
            fields: fields.merging(["host": host]) { $1 })
        do { try access.check(head) } catch { return error.status }
        return nil
    }

    private let open = Access(host: "127.0.0.1", port: 80)
    private let closed = Access(host: "192.168.1.20", port: 80, names: ["Desk"], token: "secret")

    @Test func onlyItsOwnNamesAreAnswered() {
        for host in ["127.0.0.1:80", "localhost:80", "LocalHost", "[::1]:80", "[::1]"] {
            #expect(status(open, host: host) == nil)
        }
        for host in [
            "", "evil.example", "evil.example:80", "127.0.0.1:81", "localhost.evil.example", "192.168.1.20", "[::1",
        ] {
            #expect(status(open, host: host) == .misdirected, "\(host)")
        }
    }

    @Test func otherPagesAreRefused() {
        #expect(status(open, ["origin": "http://localhost:80"]) == nil)
        for origin in [
            "null", "https://localhost", "http://evil.example", "http://localhost:81", "http://localhost.evil.example",
        ] {
            #expect(status(open, ["origin": origin]) == .forbidden, "\(origin)")
        }
        #expect(status(open, ["sec-fetch-site": "cross-site"]) == .forbidden)
        #expect(status(open, ["sec-fetch-site": "same-site"]) == .forbidden)
        #expect(status(open, ["sec-fetch-site": "same-origin"]) == nil)
    }

    @Test func aLinkFromElsewhereOpensThePageButNotTheAPI() {
        let link = ["sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"]
        #expect(status(open, path: [], link) == nil)
        #expect(status(open, link) == .forbidden)
    }

    @Test func theTokenIsNeededWhereOthersReachTheServer() {
        #expect(status(closed, host: "desk:80") == .unauthorized)
        #expect(status(closed, host: "desk:80", ["authorization": "Bearer secret"]) == nil)
        #expect(status(closed, host: "desk:80", ["authorization": "Bearer secreT"]) == .unauthorized)
        #expect(status(closed, host: "desk:80", ["cookie": "a=b; atelier-token=secret"]) == nil)
        #expect(status(closed, host: "desk:80", ["cookie": "atelier-token=secret2"]) == .unauthorized)
        #expect(status(closed, host: "desk:80", query: ["token": "secret"]) == nil)
    }

    @Test func theAddressWithTheTokenSetsACookieAndGoesAway() async throws {
        let answers = try Answers(token: "secret")
        let answer = await answers.ask("GET", "/?token=secret")
        #expect(answer.status == .seeOther)
        #expect(answer.field("Set-Cookie") == "atelier-token=secret; HttpOnly; SameSite=Strict; Path=/")
        #expect(await answers.ask("GET", "/").status == .unauthorized)
        #expect(await answers.ask("GET", "/?token=secret2").field("WWW-Authenticate") == "Bearer")
    }
}
