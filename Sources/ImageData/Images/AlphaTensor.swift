import TensorCore

// Networks see images with alpha in premultiplied form: colors from −1 to 1 that are black where nothing can be seen.

extension Tensor {
    /// Whether images `[N, C, H, W]` have a channel of alpha, behind gray or behind RGB.
    private var hasAlpha: Bool { shape[1] % 2 == 0 }

    /// Images `[N, C, H, W]` from −1 to 1 with the colors of premultiplied ones divided by their alpha; images without
    /// alpha stay as they are.
    package var straightAlpha: Tensor {
        guard hasAlpha else { return self }
        let colors = shape[1] - 1
        let alpha = slice(axis: 1, from: colors, count: 1).scaled(by: 0.5, plus: 0.5).clamped(to: 0...1)
        let product = slice(axis: 1, from: 0, count: colors).scaled(by: 0.5, plus: 0.5)
        // Below half a level of alpha, colors are anything.
        let straight = product / maximum(alpha, alpha.full(alpha.shape, 0.5 / 255))
        return Tensor.concatenated(
            [straight.clamped(to: 0...1), alpha], axis: 1
        ).scaled(by: 2, plus: -1)
    }

    /// Images `[N, C, H, W]` from −1 to 1 with alpha, on a white ground; images without alpha stay as they are.
    package var onWhite: Tensor {
        guard hasAlpha else { return self }
        let colors = shape[1] - 1
        let alpha = slice(axis: 1, from: colors, count: 1).scaled(by: 0.5, plus: 0.5)
        return (slice(axis: 1, from: 0, count: colors) - 1) * alpha + 1
    }

    /// Images `[N, C, H, W]` from −1 to 1 with alpha, their colors multiplied by it; images without alpha stay as they
    /// are.
    package var premultipliedAlpha: Tensor {
        guard hasAlpha else { return self }
        let colors = slice(axis: 1, from: 0, count: shape[1] - 1)
        let alpha = slice(axis: 1, from: shape[1] - 1, count: 1)
        return Tensor.concatenated([(colors + 1) * alpha.scaled(by: 0.5, plus: 0.5) - 1, alpha], axis: 1)
    }

    /// Premultiplied images `[N, C, H, W]` from −1 to 1, on a white ground; images without alpha stay as they are.
    package var premultipliedOnWhite: Tensor {
        guard hasAlpha else { return self }
        return slice(axis: 1, from: 0, count: shape[1] - 1) + 1 - slice(axis: 1, from: shape[1] - 1, count: 1)
    }
}
