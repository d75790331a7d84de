import ImageData
import Models
import TensorCore

/// NIQE measures how little an image resembles an undistorted photo (Mittal, Soundararajan & Bovik 2013, “Making a
/// completely blind image quality analyzer”). It needs no original: it compares 36 statistics of the image's blocks
/// with those of good photos. Smaller is better; good photos have 2 to 6.
///
///     let quality = try Model.load("niqe").naturalImageQuality()
///     let niqe = quality.distance(of: PixelPlanes(try Image.read("large.png")))
///
/// It agrees with BasicSR's `calculate_niqe` to 0.001 for photos. BasicSR and the authors' program differ in flat
/// areas, where the latter measures rounding errors. Figures of images with few blocks say little.
package struct NaturalImageQuality: Sendable {
    /// The parameters in its model folder.
    package struct Parameters: NetworkParameters {
        /// The side of the square blocks; even.
        package var blockSize = 96

        /// The authors' blocks of 96 pixels.
        package init() {}

        /// It measures images of any size.
        package var facts: NetworkFacts { NetworkFacts() }
    }

    /// Why tensors do not fit the model.
    package struct Misfit: Error, CustomStringConvertible {
        /// What was expected.
        package let description: String
    }

    /// The side of the square blocks. Smaller images have no figure.
    package let blockSize: Int
    private let mean: [Double]
    private let covariance: [Double]

    /// - Parameter tensors: `mean` `[36]` and `covariance` `[36, 36]` of the statistics of good photos.
    /// - Throws: ``Misfit``.
    package init(_ parameters: Parameters, _ tensors: [String: Tensor]) throws {
        let width = 2 * SceneStatistics.count
        guard let mean = tensors["mean"], mean.shape == [width],
            let covariance = tensors["covariance"], covariance.shape == [width, width]
        else {
            throw Misfit(description: "“mean” [\(width)] and “covariance” [\(width), \(width)] are expected")
        }
        blockSize = parameters.blockSize
        self.mean = mean.values.map(Double.init)
        self.covariance = covariance.values.map(Double.init)
    }

    /// The NIQE of an image, computed from its luminance, rounded to whole levels, in the blocks that fit in from the
    /// top left corner.
    ///
    /// - Returns: nil for images smaller than a block, and for images with flat areas only, which have no statistics.
    package func distance(of image: PixelPlanes) -> Double? {
        let (columns, rows) = (image.width / blockSize, image.height / blockSize)
        guard columns > 0, rows > 0 else { return nil }
        let luminance = image.luminance
        let levels = PixelPlanes(
            width: image.width, height: image.height,
            planes: [luminance.planes[0].map { $0.rounded(.toNearestOrEven) }])
        let fine = levels.cropped(x: 0, y: 0, width: columns * blockSize, height: rows * blockSize)
        let scales = [(fine, blockSize), (fine.halved, blockSize / 2)].map { plane, side in
            let contrasts = SceneStatistics.contrasts(of: plane)
            return (0..<rows * columns).map { block in
                SceneStatistics.features(
                    of: contrasts.cropped(
                        x: block % columns * side, y: block / columns * side, width: side, height: side))
            }
        }
        return distance(to: zip(scales[0], scales[1]).map { $0 + $1 })
    }

    /// √(d·Σ⁺·d), with the difference d of the means and the mean Σ of the covariances. As in the authors' program, NaN
    /// values are left out of the means, and their blocks are left out of the covariance.
    private func distance(to blocks: [[Double]]) -> Double? {
        let whole = blocks.filter { $0.allSatisfy { !$0.isNaN } }
        guard !whole.isEmpty else { return nil }
        let differences = mean.indices.map { place in
            let values = blocks.map { $0[place] }.filter { !$0.isNaN }
            return mean[place] - values.reduce(0, +) / Double(values.count)
        }
        let statistics = FeatureStatistics(whole.flatMap { $0 }, width: mean.count)
        let middle = zip(covariance, statistics.covariance).map { ($0 + $1) / 2 }
        let (values, vectors) = symmetricEigen(middle, size: mean.count)
        let least = 1e-15 * (values.map(abs).max() ?? 0)
        let square = values.indices.reduce(0.0) { sum, k in
            guard abs(values[k]) > least else { return sum }
            let along = mean.indices.reduce(0.0) { $0 + vectors[k * mean.count + $1] * differences[$1] }
            return sum + along * along / values[k]
        }
        return square.isFinite ? max(square, 0).squareRoot() : nil
    }
}

extension PixelPlanes {
    /// Half as wide and high, by MATLAB's `imresize`.
    fileprivate var halved: PixelPlanes {
        let image = PlanarImage(
            width: width, height: height, channels: planes.count, values: planes.flatMap { $0.map { Float($0) } })
        let half = image.imresized(by: 0.5)
        let area = half.width * half.height
        return PixelPlanes(
            width: half.width, height: half.height,
            planes: planes.indices.map { half.values[$0 * area..<($0 + 1) * area].map { Double($0) } })
    }
}

extension ModelFamily {
    /// The NIQE metric.
    package static let niqe = ModelFamily(kind: "niqe", task: .measure, valueRange: 0...255)
}

extension Architecture {
    /// Statistics of good photos, without a network.
    package static let niqe = Architecture(
        id: "niqe", family: .niqe, parameters: NaturalImageQuality.Parameters.self,
        limits: { parameters throws(ParameterError) in
            try ParameterError.check("blockSize", parameters.blockSize, in: 8...4096)
            if parameters.blockSize % 2 != 0 {
                throw ParameterError("blockSize is \(parameters.blockSize), it has to be even")
            }
        },
        make: nil)
}

extension Model {
    /// The model as the NIQE metric.
    ///
    /// - Throws: `ModelError` if the model has another kind or cannot be read.
    package func naturalImageQuality() throws(ModelError) -> NaturalImageQuality {
        guard let parameters = network.parameters as? NaturalImageQuality.Parameters else {
            throw .wrongKind(name: name, kind: kind, wanted: "a niqe model")
        }
        return try naming { try NaturalImageQuality(parameters, usableWeights()) }
    }
}
