/// Who may ask: pages that Studio served itself, and programs that know the address.
///
/// A page from elsewhere that the same browser shows could send requests here, too. Browsers say where a request comes
/// from (Origin, Sec-Fetch-Site), and a name that was pointed here later (DNS rebinding) shows in Host.
package struct Access: Sendable {
    /// Names that Host may have, without the port.
    private let names: Set<String>
    private let port: Int
    /// What every request must know; nil if none but this machine reaches the server.
    package let token: String?

    /// The cookie that holds the token.
    static let cookie = "atelier-token"

    /// - Parameters:
    ///   - host: the address that the server is bound to.
    ///   - names: further names of the machine.
    ///   - token: what requests must know where others reach the server.
    package init(host: String, port: Int, names: [String] = [], token: String? = nil) {
        self.names = Set((["localhost", "127.0.0.1", "::1", host] + names).map { $0.lowercased() })
        (self.port, self.token) = (port, token)
    }

    /// Whether an address is reached from this machine alone.
    package static func isLoopback(_ host: String) -> Bool { host == "::1" || host.hasPrefix("127.") }

    /// - Throws: ``Refusal``: 421 for a foreign Host, 403 for a foreign page, 401 without the token.
    package func check(_ head: RequestHead) throws(Refusal) {
        let host = head.fields["host"] ?? ""
        guard isOwn(host) else {
            throw Refusal(
                .misdirected, "host",
                "Studio does not answer for that host. Open it by its address, as the program printed it.")
        }
        if let origin = head.fields["origin"], !isOwn(origin: origin) {
            throw Refusal(.forbidden, "origin", "Requests from other pages are refused.")
        }
        let isNavigation = head.fields["sec-fetch-mode"] == "navigate" && head.target.path.first != "api"
        if let site = head.fields["sec-fetch-site"], site != "same-origin", site != "none", !isNavigation {
            throw Refusal(.forbidden, "origin", "Requests from other pages are refused.")
        }
        guard token == nil || knows(head) else {
            throw Refusal(
                .unauthorized, "token",
                "Studio needs its token. Open the address that the program printed; it ends in ?token=….")
        }
    }

    /// Whether a request brings the token in its query, as the printed address does.
    package func bringsToken(_ head: RequestHead) -> Bool {
        guard let token, let given = head.target.query["token"] else { return false }
        return Self.equal(given, token)
    }

    private func knows(_ head: RequestHead) -> Bool {
        guard let token else { return true }
        if bringsToken(head) { return true }
        if let bearer = head.fields["authorization"], bearer.hasPrefix("Bearer ") {
            return Self.equal(String(bearer.dropFirst(7)), token)
        }
        return (head.fields["cookie"] ?? "").split(separator: ";").contains { pair in
            let sides = pair.split(separator: "=", maxSplits: 1).map { $0.drop { $0 == " " } }
            return sides.count == 2 && sides[0] == Self.cookie && Self.equal(String(sides[1]), token)
        }
    }

    private func isOwn(origin: String) -> Bool {
        guard let scheme = origin.range(of: "://"), origin[..<scheme.lowerBound] == "http" else { return false }
        return isOwn(String(origin[scheme.upperBound...]))
    }

    private func isOwn(_ host: String) -> Bool {
        var name = Substring(host.lowercased())
        var port = 80
        if name.first == "[", let end = name.firstIndex(of: "]") {
            let rest = name[name.index(after: end)...]
            name = name[name.index(after: name.startIndex)..<end]
            if !rest.isEmpty { port = rest.first == ":" ? Int(rest.dropFirst()) ?? 0 : 0 }
        } else if let colon = name.lastIndex(of: ":") {
            port = Int(name[name.index(after: colon)...]) ?? 0
            name = name[..<colon]
        }
        return port == self.port && names.contains(String(name))
    }

    /// Compares in a time that does not tell how much is equal.
    private static func equal(_ a: String, _ b: String) -> Bool {
        let (a, b) = (Array(a.utf8), Array(b.utf8))
        guard a.count == b.count else { return false }
        return zip(a, b).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
