import ImageData
import TensorCore

/// Alpha, which goes through the network as a gray image in step with color. While alpha is constant, as in most
/// images, nothing is computed.
final class AlphaRows {
    private let fit: ChannelFit
    private let scale: Int
    private let extent: RowExtent
    private let reach: Int
    private let open: (RowExtent) -> RowStream
    private var stream: RowStream?
    private var flat: Float?
    private var pushed = 0

    /// - Parameters:
    ///   - extent: of the image.
    ///   - reach: the distance on which a pixel of the result depends.
    ///   - open: starts the network on an image.
    init(
        _ extent: RowExtent, scale: Int, reach: Int, fit: ChannelFit, open: @escaping (RowExtent) -> RowStream
    ) {
        (self.extent, self.scale, self.reach, self.fit, self.open) = (extent, scale, reach, fit, open)
    }

    /// Starts the network on the first row, whatever the rows contain. For images that repeat, whose first rows depend on
    /// the last ones.
    func begin() { stream = open(extent) }

    /// Takes the next strip of alpha, nil after the last, and returns as many rows of the result as color has.
    func push(_ alpha: Tensor?, giving count: Int, _ check: () throws -> Void) throws -> Tensor? {
        if stream == nil, let alpha {
            let (first, isFlat) = alpha.withValues { values in (values[0], values.allSatisfy { $0 == values[0] }) }
            let value = flat ?? first
            flat = value
            if !isFlat || first != value { try begin(behind: value, check) }
            pushed += alpha.shape[2]
        }
        if stream != nil { return try passed(alpha, check) }
        guard let flat, count > 0 else { return nil }
        return .full([1, 1, count, extent.width * scale], flat)
    }

    /// Starts the stream with the constant rows on which the remaining result depends.
    private func begin(behind value: Float, _ check: () throws -> Void) throws {
        let start = max(pushed - 2 * reach, 0) / extent.strip * extent.strip
        stream = open(RowExtent(height: extent.height - start, width: extent.width, strip: extent.strip))
        let rows = Tensor.full([1, 1, extent.strip, extent.width], value)
        for _ in stride(from: start, to: pushed, by: extent.strip) { _ = try passed(rows, check) }
    }

    private func passed(_ alpha: Tensor?, _ check: () throws -> Void) throws -> Tensor? {
        try stream?.push(alpha.map(fit.taken), check).map { fit.given(try $0.checkedFinite(), channels: 1) }
    }
}
