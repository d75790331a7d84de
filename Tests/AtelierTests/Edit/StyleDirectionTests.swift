import Layers
import TensorCore
import Testing

@testable import Atelier

@Suite struct StyleDirectionTests {
    private let place = TinyStyles()

    private func rows(_ directions: StyleDirections) -> [[Double]] {
        (0..<directions.count).map {
            directions.vectors.slice(axis: 0, from: $0, count: 1).values.map(Double.init)
        }
    }

    private func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }

    /// How much an affine function of unit rows moves along a unit direction.
    private func response(_ weights: [Tensor], _ direction: [Double]) -> Double {
        weights.reduce(0) { total, matrix in
            let size = matrix.shape[1]
            return total
                + (0..<matrix.shape[0]).reduce(0) { sum, row in
                    let line = matrix.values[row * size..<(row + 1) * size].map(Double.init)
                    let product = dot(line, direction)
                    return sum + product * product / dot(line, line)
                }
        }
    }

    @Test(arguments: StyleDirections.Method.allCases)
    func directionsAreOrthogonalAndOneStandardDeviationLong(_ method: StyleDirections.Method) throws {
        let editor = try place.editor()
        let directions = rows(try editor.directions(method, count: 5, samples: 512))
        #expect(directions.count == 5)
        let styles = editor.styles(512)
        let mean = styles.mean(axes: [0]).values.map(Double.init)
        for (index, direction) in directions.enumerated() {
            let length = dot(direction, direction).squareRoot()
            let spread = (0..<512).reduce(0.0) { sum, row in
                let style = styles.slice(axis: 0, from: row, count: 1).values.map(Double.init)
                let place = dot(zip(style, mean).map { $0 - $1 }, direction) / length
                return sum + place * place / 512
            }
            #expect(abs(spread.squareRoot() - length) < 1e-3 * max(length, 1e-3))
            for other in directions[0..<index] {
                #expect(abs(dot(direction, other)) < 1e-4 * length * dot(other, other).squareRoot() + 1e-7)
            }
        }
    }

    @Test func theFirstComponentVariesMost() throws {
        let lengths = rows(try place.editor().directions(.pca, count: 8, samples: 512)).map { dot($0, $0) }
        #expect(zip(lengths, lengths.dropFirst()).allSatisfy { $0 >= $1 - 1e-6 })
    }

    @Test func layersAnswerMostToTheFirstFactor() throws {
        let editor = try place.editor()
        for layers in [nil, 0...1, 3...5] {
            let found = rows(try editor.directions(.sefa, count: 8, layers: layers, samples: 64))
            let weights = editor.generator.styleWeights[layers ?? 0...5].flatMap { $0 }
            let responses = found.map { direction in
                let length = dot(direction, direction).squareRoot()
                return response(weights, direction.map { $0 / length })
            }
            #expect(zip(responses, responses.dropFirst()).allSatisfy { $0 >= $1 - 1e-4 }, "\(responses)")
            // All responses together are the number of unit rows.
            let total = weights.reduce(0) { $0 + $1.shape[0] }
            #expect(abs(responses.reduce(0, +) - Double(total)) < 1e-3 * Double(total))
        }
    }

    @Test func aStyleIsMovedInItsLayersOnly() throws {
        let editor = try place.editor()
        let style = try editor.style(seed: 1)
        let directions = try editor.directions(.sefa, count: 2, layers: 1...2, samples: 64)
        let moved = try style.moved(along: directions, number: 2, by: -2)
        let step = try directions.step(2, styleSize: 8).values
        for layer in 0..<editor.layerCount {
            let (old, new) = (
                style.values.slice(axis: 1, from: layer, count: 1).values,
                moved.values.slice(axis: 1, from: layer, count: 1).values
            )
            let expected = (1...2).contains(layer) ? zip(old, step).map { $0 - 2 * $1 } : old
            #expect(zip(new, expected).allSatisfy { abs($0 - $1) < 1e-5 })
        }
        #expect(throws: EditError.direction(3, count: 2)) { try style.moved(along: directions, number: 3, by: 1) }
        #expect(throws: EditError.layers(4...9, count: 6)) {
            try style.moved(along: directions, number: 1, by: 1, layers: 4...9)
        }
        #expect(throws: EditError.layers(0...6, count: 6)) { try editor.directions(.sefa, layers: 0...6) }
    }

    @Test func directionsAreReadAsTheyWereWritten() throws {
        let directions = try place.editor().directions(.sefa, count: 3, layers: 2...4, samples: 64)
        try directions.write(to: place("directions.safetensors"))
        let read = try StyleDirections(contentsOf: place("directions.safetensors"))
        #expect(read.vectors.values == directions.vectors.values && read.layers == 2...4)
    }
}
