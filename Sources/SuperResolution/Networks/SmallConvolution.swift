import Layers
import TensorCore

extension Conv2d {
    /// A 3×3 convolution that keeps the size, its weights a tenth of Kaiming's, so that deep residual networks without
    /// normalization start near the identity (Wang et al. 2018, "ESRGAN").
    static func small3x3(_ inputs: Int, _ outputs: Int, random: Random) -> Conv2d {
        let kaiming = (2 / Float(9 * inputs)).squareRoot()
        return Conv2d(
            inputs, outputs, kernel: 3, padding: 1, initializer: .normal(0.1 * kaiming), random: random)
    }
}
