import ImageFiles
import TensorCore

/// What the input of a translator consists of: the drawing, then the planes of hints, those of classes, and one of
/// noise.
package struct InputPlanes: Sendable, Hashable {
    /// Channels of the drawing: 1 gray, 3 RGB.
    package var channels: Int
    /// Whether there are planes of color hints.
    package var hasHints: Bool
    /// The number of classes; each has a plane, which is 1 for images of the class and 0 for others.
    package var classCount: Int
    /// Whether the last plane is noise: numbers of the standard normal distribution.
    package var hasNoise: Bool

    /// Planes of a drawing, with hints, classes and noise if the translator takes them.
    package init(channels: Int, hasHints: Bool = false, classCount: Int = 0, hasNoise: Bool = false) {
        (self.channels, self.hasHints, self.classCount, self.hasNoise) = (channels, hasHints, classCount, hasNoise)
    }

    /// The number of planes.
    package var count: Int { withoutNoise + (hasNoise ? 1 : 0) }

    /// The number of planes before that of noise.
    package var withoutNoise: Int { channels + (hasHints ? ColorHints.planes : 0) + classCount }

    /// What follows the drawing, in words; empty if nothing does.
    package var words: String {
        (hasHints ? "; then 3 planes of hints’ colors, 0 where there are none, and their mask from 0 to 1" : "")
            + (classCount > 0 ? "; then a plane of ones for the class, and planes of zeros for the others" : "")
            + (hasNoise ? "; then a plane of standard normal numbers" : "")
    }

    /// The input `[1, count, H, W]` for an image.
    ///
    /// - Parameters:
    ///   - drawing: the image.
    ///   - hints: RGBA of the same size; nil for none.
    ///   - label: the class; nil for none.
    ///   - noise: where the noise is drawn from.
    package func tensor(_ drawing: Image, hints: Image? = nil, label: Int? = nil, noise: Random = Random(seed: 0))
        -> Tensor
    {
        let hints = hints.map { Tensor($0, channels: 4) }
        return joined(Tensor(drawing, channels: channels), hints: hints, labels: [label], noise: [noise])
    }

    /// Drawings `[N, channels, H, W]` with the planes of their hints and classes.
    ///
    /// - Parameters:
    ///   - hints: RGBA `[N, 4, H, W]` from −1 to 1; nil for none.
    ///   - labels: the class of each drawing; nil for none.
    ///   - noise: where the noise of each drawing is drawn from.
    func joined(_ drawings: Tensor, hints: Tensor?, labels: [Int?], noise: [Random]) -> Tensor {
        var parts = [drawings]
        let (count, height, width) = (drawings.shape[0], drawings.shape[2], drawings.shape[3])
        if hasHints {
            parts.append(hints.map(ColorHints.planes(of:)) ?? .zeros([count, ColorHints.planes, height, width]))
        }
        if classCount > 0 {
            parts.append(
                Tensor(shape: [count, classCount, height, width]) { buffer in
                    buffer.update(repeating: 0)
                    for (number, label) in labels.enumerated() {
                        guard let label, (0..<classCount).contains(label) else { continue }
                        let start = (number * classCount + label) * height * width
                        buffer[start..<start + height * width].update(repeating: 1)
                    }
                })
        }
        if hasNoise { parts.append(.concatenated(noise.map { $0.normal([1, 1, height, width]) })) }
        return parts.count == 1 ? drawings : .concatenated(parts, axis: 1)
    }
}

/// What training adds to drawings.
package struct PairConditions: Sendable {
    /// The random changes of drawings; nil for none.
    package var variation: DrawingVariation?
    /// How hints are drawn; nil for a translator without.
    package var hints: HintRecipe?
    /// The names of the classes in the order of their labels; empty for a translator without.
    package var classNames: [String] = []
    /// Whether the regions of given drawings are found, for a loss.
    package var findsRegions = false
    /// The share of drawings that are shown without their class.
    package var unlabeledShare: Double = 0
    /// Whether the translator takes noise.
    package var hasNoise = false

    /// Nothing.
    package init() {}

    /// The input of the translator.
    ///
    /// - Parameter channels: of the drawing.
    package func planes(channels: Int) -> InputPlanes {
        InputPlanes(channels: channels, hasHints: hints != nil, classCount: classNames.count, hasNoise: hasNoise)
    }

    /// The label of a pair; nil for a class that is not among these.
    func label(of index: Int, in dataset: any PairDataset) -> Int? {
        dataset.className(index).flatMap { classNames.firstIndex(of: $0) }
    }
}
