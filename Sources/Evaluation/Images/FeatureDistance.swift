import ImageFiles
import Layers
import TensorCore

/// How different two images are to a network that recognizes objects: the distance of LPIPS (Zhang, Isola, Efros,
/// Shechtman & Wang 2018) without its fitted weights. It is the squared difference of activations that have length 1 at
/// each pixel, averaged over the pixels and added over the depths. It is 0 for equal images; smaller is closer.
package struct FeatureDistance: Sendable {
    private let activations: @Sendable (Tensor) -> [Tensor]

    /// - Parameter network: the network whose activations are compared.
    package init(_ network: some PerceptualNetwork & Sendable) {
        activations = { network.perceptualFeatures($0, .inference).map(\.features) }
    }

    /// The distance of two images of the same extent.
    package func callAsFunction(_ a: Image, _ b: Image) -> Double {
        precondition(
            a.width == b.width && a.height == b.height,
            "FeatureDistance: \(a.width)×\(a.height) and \(b.width)×\(b.height)")
        let sides = [a, b].map { activations(Tensor($0, channels: 3).scaled(by: 0.5, plus: 0.5)) }
        return zip(sides[0], sides[1]).reduce(0) { sum, depth in
            let difference = depth.0.detached.unitLength - depth.1.detached.unitLength
            return sum + Double(difference.squared().sum(axes: [1]).mean().item)
        }
    }
}

extension Tensor {
    /// The channels of every pixel as a vector of length 1.
    var unitLength: Tensor { self / (squared().sum(axes: [1], keepingAxes: true).squareRoot() + 1e-10) }
}
