import Layers
import TensorCore
import Testing

@testable import Atelier

@Suite struct ProjectionTests {
    /// Sees pixels.
    private final class Pixels: PerceptualNetwork {
        func perceptualFeatures(_ images: Tensor, _ mode: ForwardMode) -> [(features: Tensor, weight: Float)] {
            #expect(images.shape[1] == 3)
            return [(images, 1)]
        }
    }

    private let place = TinyStyles()

    /// Networks for photos see images with alpha on white.
    @Test(arguments: [3, 4]) func anImageOfTheGeneratorIsFoundAgain(channels: Int) throws {
        let editor = try place.editor(channels: channels)
        let target = try editor.images([editor.style(seed: 5)])[0]
        var options = ProjectionOptions()
        (options.steps, options.learningRate) = (60, 0.1)
        var losses: [Double] = []
        let found = try editor.projection(of: target, in: Pixels(), options) { losses.append($1) }
        #expect(losses.count == 60 && losses[59] == found.loss)
        #expect(found.loss < 0.4 * losses[0], "\(losses[0]) to \(found.loss)")
        #expect(found.target.samples == target.samples)
        let again = try editor.projection(of: target, in: Pixels(), options)
        #expect(again.style.values.values == found.style.values.values)
    }

    @Test func photosOfAnyFormAreTaken() throws {
        let editor = try place.editor()
        var options = ProjectionOptions()
        options.steps = 1
        let gray = Image(width: 40, height: 25, channels: 1, samples8: [UInt8](repeating: 90, count: 1000))
        let found = try editor.projection(of: gray, in: Pixels(), options)
        #expect(found.target.width == 16 && found.target.height == 16 && found.target.channels == 3)
        #expect(try editor.images([found.style])[0].width == 16)
    }
}
