/// Finds the route of a request.
package struct Router: RequestHandler {
    package let routes: [Route]
    private let access: Access
    private let page: PageFiles

    package init(_ routes: [Route], access: Access, page: PageFiles = PageFiles()) {
        (self.routes, self.access, self.page) = (routes, access, page)
    }

    package func admit(_ head: RequestHead) throws(Refusal) -> Int {
        try access.check(head)
        if head.target.path.first != "api" {
            guard head.method == "GET" || head.method == "HEAD" else { throw Self.wrongMethod(["GET", "HEAD"]) }
            return 0
        }
        return try found(head).route.bodyLimit
    }

    package func answer(_ request: Request) async -> Response {
        do {
            let head = request.head
            if access.bringsToken(head), head.target.path.isEmpty, let token = access.token {
                let cookie = "\(Access.cookie)=\(token); HttpOnly; SameSite=Strict; Path=/"
                return .empty(.seeOther, headers: [("Location", "/"), ("Set-Cookie", cookie)])
            }
            guard head.target.path.first == "api" else { return try page.response(to: head) }
            let (route, parameters) = try found(head)
            return try await route.answer(Call(request: request, parameters: parameters))
        } catch {
            return Refusal(of: error).response
        }
    }

    private func found(_ head: RequestHead) throws(Refusal) -> (route: Route, parameters: [String: String]) {
        let method = head.method == "HEAD" ? "GET" : head.method
        var methods: [String] = []
        for route in routes {
            guard let parameters = route.parameters(of: head.target.path) else { continue }
            if route.method == method { return (route, parameters) }
            methods.append(route.method)
        }
        guard methods.isEmpty else { throw Self.wrongMethod(methods) }
        throw .missing("There is nothing at /\(head.target.path.joined(separator: "/")).")
    }

    private static func wrongMethod(_ methods: [String]) -> Refusal {
        Refusal(
            .methodNotAllowed, "method", "Only \(methods.joined(separator: " and ")) is possible here.",
            allowed: methods)
    }
}
