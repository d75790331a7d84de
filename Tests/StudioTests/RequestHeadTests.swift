import Studio
import Testing

@Suite struct RequestHeadTests {
    private func head(_ text: String) throws -> RequestHead { try RequestHead(parsing: Array(text.utf8)) }

    private func status(_ text: String) -> HTTPStatus? {
        do { _ = try head(text) } catch let refusal as Refusal { return refusal.status } catch {}
        return nil
    }

    @Test func anOrdinaryHeadIsRead() throws {
        let head = try head(
            "POST /api/translate?model=a+b&fit=%C3%A9 HTTP/1.1\r\nHost: localhost:1\r\nContent-Length: 12\r\nX-A:  b \r\n"
        )
        #expect(head.method == "POST")
        #expect(head.target == RequestTarget(path: ["api", "translate"], query: ["model": "a b", "fit": "é"]))
        #expect(head.fields["x-a"] == "b")
        #expect(head.body == .length(12))
        #expect(head.keepsAlive)
    }

    @Test func connectionsCloseWhenTheyAreAskedTo() throws {
        #expect(try !head("GET / HTTP/1.1\r\nHost: a\r\nConnection: close").keepsAlive)
        #expect(try !head("GET / HTTP/1.0").keepsAlive)
        #expect(try head("GET / HTTP/1.0\r\nConnection: keep-alive").keepsAlive)
    }

    @Test(arguments: [
        "", "GET", "GET /", "GET  / HTTP/1.1\r\nHost: a", "G(T / HTTP/1.1\r\nHost: a", "GET / FTP/1.1\r\nHost: a",
        "GET / HTTP/1.1", "GET / HTTP/1.1\r\nHost: a\r\nHost: b", "GET / HTTP/1.1\r\nHost a", "GET / HTTP/1.1\r\n: a",
        "GET / HTTP/1.1\r\nHost: a\r\n b: c", "GET / HTTP/1.1\r\nHost: a\u{0}", "GET a HTTP/1.1\r\nHost: a",
        "GET /../etc/passwd HTTP/1.1\r\nHost: a", "GET /%2e%2E/a HTTP/1.1\r\nHost: a",
        "GET /a%2Fb HTTP/1.1\r\nHost: a", "GET /a%5cb HTTP/1.1\r\nHost: a", "GET /%00 HTTP/1.1\r\nHost: a",
        "GET /%ff HTTP/1.1\r\nHost: a", "GET /%4 HTTP/1.1\r\nHost: a",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked",
    ])
    func whatIsNoHeadIsABadRequest(_ text: String) { #expect(status(text) == .badRequest) }

    @Test func unknownVersionsAndCodingsHaveTheirOwnStatus() {
        #expect(status("GET / HTTP/2.0\r\nHost: a") == .versionNotSupported)
        #expect(status("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked") == .notImplemented)
    }
}
