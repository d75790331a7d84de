import Layers
import TensorCore
import TestSupport
import Testing

/// The layers of transformers for images.
@Suite struct AttentionLayerTests {
    private let random = Random(seed: 1)

    private func attention(_ windows: AttentionWindows) -> WindowAttention {
        let layer = WindowAttention(6, heads: 3, windows: windows, random: random)
        unsettle(layer)
        return layer
    }

    @Test func namesAreThoseOfPyTorch() {
        let names = attention(AttentionWindows(4)).parameters.map { "\($0.name) \($0.parameter.shape)" }
        let table = "relative_position_bias_table [49, 3]"
        #expect(
            names == ["qkv.weight [18, 6]", "qkv.bias [18]", table, "proj.weight [6, 6]", "proj.bias [6]"])
    }

    @Test func plansAgree() {
        for windows in [AttentionWindows(4), AttentionWindows(4, isShifted: true)] {
            let layer = attention(windows)
            for mode in [ForwardMode.inference, .inference.wrapping(.xy)] {
                #expect(PlanCheck([2, 6, 8, 12]) { layer($0, mode, windows) }.error < 1e-5)
            }
        }
        let pixels = Sequential([LayerNorm2d(6), PixelMLP(6, hidden: 12, random: random)])
        unsettle(pixels)
        #expect(PlanCheck([2, 6, 8, 12]) { pixels($0, .inference) }.error < 1e-5)
    }

    @Test(arguments: [Wrapping.x, .y, .xy]) func shiftedWindowsSeeNoBorderOfATorus(_ wrapping: Wrapping) {
        let windows = AttentionWindows(4, isShifted: true)
        let layer = attention(windows)
        let error = torusError([2, 6, 8, 12], grid: 4, scale: 1, wrapping) {
            layer($0, .inference.wrapping(wrapping), windows)
        }
        #expect(error < 1e-5)
    }

    /// Only the windows that hold both sides of an image are divided.
    @Test func theSidesOfAnImageDoNotSeeEachOther() {
        let windows = AttentionWindows(4, isShifted: true)
        let layer = attention(windows)
        let x = Random(seed: 3).normal([1, 6, 8, 8])
        let other = x.slice(axis: 2, from: 0, count: 7).padded(axis: 2, before: 0, after: 1)
        let change = (layer(x, .inference, windows) - layer(other, .inference, windows)).absolute()
        #expect(change.slice(axis: 2, from: 0, count: 6).max(axes: [0, 1, 2, 3]).item < 1e-6)
        #expect(change.slice(axis: 2, from: 6, count: 2).max(axes: [0, 1, 2, 3]).item > 1e-3)
    }
}
