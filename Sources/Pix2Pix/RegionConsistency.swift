import ImageData
import TensorCore

/// The loss against colors that vary within a region that the target fills evenly: the mean squared difference of the
/// deviations, those of colors from their means in each region of the drawing.
///
/// A wrong color that is even costs nothing; stains do, unless the target has the same.
///
/// - Parameters:
///   - images: `[N, C, H, W]`.
///   - targets: of the same shape.
///   - regions: those of each drawing.
/// - Returns: the mean over all pixels in regions; 0 without regions.
func regionConsistencyLoss(_ images: Tensor, _ targets: Tensor, regions: [DrawingRegions]) -> Tensor {
    let (channels, area) = (images.shape[1], images.shape[2] * images.shape[3])
    let difference = images - targets.detached
    var (terms, pixels): ([Tensor], Int) = ([], 0)
    for (number, own) in regions.enumerated() where own.count > 0 {
        // Pixels as rows, of which those in regions are taken.
        let rows = difference.slice(axis: 0, from: number, count: 1).reshaped(to: [channels, area]).transposed()
        let inside = rows.gatheringRows(own.pixels)
        let means = inside.averaged(over: own)
        terms.append((inside - means).squared().sum())
        pixels += own.pixels.count
    }
    guard let first = terms.first else { return .zeros([]) }
    return terms.dropFirst().reduce(first, +).scaled(by: 1 / Float(pixels * channels))
}

extension Tensor {
    /// Rows `[pixels, C]` replaced by the mean of their region.
    fileprivate func averaged(over regions: DrawingRegions) -> Tensor {
        let list = IndexList(regions.labels.map(Int32.init))
        let inverse = Tensor(regions.sizes.map { 1 / Float($0) }, shape: [regions.count, 1])
        return (scattered(list, rows: regions.count) * inverse).gathered(list)
    }
}
