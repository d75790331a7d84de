import Evaluation
import TensorCore
import TestSupport
import Testing

/// LPIPS against its authors' package, with networks of few channels.
@Suite struct PerceptualDistanceTests {
    private func state(_ answer: KnownAnswer) throws -> [String: Tensor] {
        var state: [String: Tensor] = [:]
        for name in answer.tensorNames where name.hasPrefix("state.") {
            let values = try answer.tensor(name)
            state[String(name.dropFirst(6))] = Tensor(values.scalars, shape: Shape(values.shape))
        }
        return state
    }

    private func planes(_ values: KnownAnswer.Values) -> PixelPlanes {
        let (height, width) = (values.shape[1], values.shape[2])
        return PixelPlanes(
            width: width, height: height,
            planes: (0..<3).map { channel in
                values.scalars[(channel * height * width)..<((channel + 1) * height * width)].map(Double.init)
            })
    }

    @Test func agreesWithTheAuthorsPackage() throws {
        let cases = try KnownAnswer.cases(of: "perception")
        #expect(cases.map(\.name) == ["alex", "vgg"])
        for answer in cases {
            let measure = try PerceptualDistance(state(answer))
            #expect(measure.backbone.rawValue == answer.name)
            let (a, b) = (planes(try answer.tensor("a")), planes(try answer.tensor("b")))
            let (expected, found) = (try answer.number("distance"), try #require(measure.distance(a, b)))
            #expect(abs(found - expected) < 1e-5 * expected, "\(answer): \(found), \(expected)")
            #expect(measure.distance(a, a) == 0)
            // Gray counts as equal red, green and blue.
            let (gray, other) = (PixelPlanes(width: a.width, height: a.height, planes: [a.planes[0]]), b)
            let same = PixelPlanes(width: a.width, height: a.height, planes: Array(repeating: a.planes[0], count: 3))
            #expect(measure.distance(gray, other) == measure.distance(same, other))
        }
    }

    @Test(arguments: [("alex", 31), ("vgg", 16)])
    func smallImagesHaveNone(name: String, least: Int) throws {
        let answer = try #require(try KnownAnswer.cases(of: "perception").first { $0.name == name })
        let measure = try PerceptualDistance(state(answer))
        for side in [1, 5, 7, 8, 15, 30, 31] {
            let image = PixelPlanes(width: 40, height: side, planes: [[Double](repeating: 9, count: 40 * side)])
            #expect((measure.distance(image, image) == nil) == (side < least), "\(side)")
        }
    }

    @Test func otherTensorsAreRefusedInWords() throws {
        let whole = try state(#require(try KnownAnswer.cases(of: "perception").first))
        func refusal(_ change: (inout [String: Tensor]) -> Void) -> String {
            var tensors = whole
            change(&tensors)
            do { _ = try PerceptualDistance(tensors) } catch { return "\(error)" }
            return ""
        }
        #expect(refusal { $0 = [:] }.contains("lpips.LPIPS(net='alex')"))
        #expect(refusal { $0["lin2.model.1.weight"] = nil }.contains("lin2.model.1.weight"))
        #expect(refusal { $0["lin2.model.1.weight"] = .ones([1, 9, 1, 1]) }.contains("expected [1, 8, 1, 1]"))
        #expect(refusal { $0["net.slice2.3.weight"] = nil }.contains("net.slice3.6.weight"))
        #expect(refusal { $0["net.slice1.0.bias"] = .ones([7]) }.contains("no place in LPIPS"))
        #expect(refusal { $0["scaling_layer.scale"] = .ones([7]) }.contains("scaling_layer"))
        for name in ["net.slice0.0", "net.slice9.0", "net.slice1.9223372036854775807", "net.slice-1.-4"] {
            _ = refusal { tensors in
                tensors["\(name).weight"] = tensors["net.slice1.0.weight"]
                tensors["\(name).bias"] = tensors["net.slice1.0.bias"]
            }
        }
    }
}
