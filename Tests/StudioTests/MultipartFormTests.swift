import Studio
import Testing

@Suite struct MultipartFormTests {
    private func form(_ body: [UInt8], type: String = "multipart/form-data; boundary=x") throws -> [String: [UInt8]] {
        let head = RequestHead(
            method: "POST", target: RequestTarget(path: ["api"]), fields: ["content-type": type],
            body: .length(body.count))
        return try MultipartForm(Request(head, body: body), names: ["image", "hints"]).parts
    }

    private func part(_ name: String, _ content: [UInt8]) -> [UInt8] {
        Array(
            "--x\r\nContent-Disposition: form-data; name=\"\(name)\"; filename=\"a;b\"\r\nContent-Type: a/b\r\n\r\n"
                .utf8)
            + content + Array("\r\n".utf8)
    }

    private let end = Array("--x--\r\n".utf8)

    @Test func partsHaveTheirBytes() throws {
        let bytes: [UInt8] = [0, 13, 10, 45, 45, 255, 13, 10]
        let parts = try form(part("image", bytes) + part("hints", []) + end)
        #expect(parts == ["image": bytes, "hints": []])
        #expect(try form(end) == [:])
        // Text before the first part and behind the last is ignored.
        #expect(try form(Array("before\r\n".utf8) + part("image", [1]) + end + [2]) == ["image": [1]])
    }

    @Test func theBoundaryMayBeQuotedAndLast() throws {
        let type = "multipart/form-data; charset=utf-8; Boundary=\"x\""
        #expect(try form(part("image", [7]) + end, type: type) == ["image": [7]])
    }

    @Test func whatIsNoFormIsRefused() throws {
        let whole = part("image", [1])
        for body in [
            [], whole, Array("--y--".utf8), Array("--x\r\nno head--x--".utf8), Array("--x\r\n\r\n\r\n--x--".utf8),
        ] {
            #expect { try form(body) } throws: { ($0 as? Refusal)?.status == .badRequest }
        }
        for type in ["multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=\"\""] {
            #expect { try form(whole + end, type: type) } throws: { ($0 as? Refusal)?.status == .badRequest }
        }
    }

    @Test func fieldsAreKnownAndComeOnce() throws {
        for body in [part("else", [1]), part("image", [1]) + part("image", [2])] {
            #expect { try form(body + end) } throws: { ($0 as? Refusal)?.status == .unprocessable }
        }
    }
}
