import ImageFiles
import TensorCore

/// Puts images side by side on a light neutral background, with captions for the rows.
package enum SampleSheet {
    /// A sheet of the images of a tensor `[N, C, H, W]` with values from −1 to 1, row by row.
    ///
    /// - Parameters:
    ///   - columns: images in a row; nil makes the sheet about square.
    ///   - padding: pixels between images, before upscaling.
    ///   - scale: how often each pixel is repeated; nil enlarges tiny images enough to be seen (28×28 twice).
    ///   - labels: captions of the rows, from the top; a missing or empty caption leaves a row without one.
    ///   - title: a line above the images.
    ///   - content: the part of each image to show; nil shows all of it.
    package static func make(
        images: Tensor, columns: Int? = nil, padding: Int = 2, scale: Int? = nil, labels: [String] = [],
        title: String? = nil, content: FrameContent? = nil
    ) -> Image {
        var images = Image.images(of: images)
        if let content {
            images = images.map {
                $0.cropped(x: content.x, y: content.y, width: content.width, height: content.height)
            }
        }
        return make(
            images: images, columns: columns, padding: padding, scale: scale, labels: labels, title: title)
    }

    /// A sheet of images of any size. Every cell has the size of the largest image. Transparent pixels show the
    /// background. If one image has color, the sheet has color.
    package static func make(
        images: [Image], columns: Int? = nil, padding: Int = 2, scale: Int? = nil, labels: [String] = [],
        title: String? = nil
    ) -> Image {
        precondition(padding >= 0 && (columns ?? 1) > 0 && (scale ?? 1) > 0, "SampleSheet: negative measures")
        let cell = ImageSize(
            width: images.map(\.width).max() ?? 1, height: images.map(\.height).max() ?? 1)
        let scale = scale ?? max(1, (48 + min(cell.width, cell.height) - 1) / min(cell.width, cell.height))
        let columns = columns ?? max(1, Int(Double(images.count).squareRoot().rounded(.up)))
        let rows = max(1, (images.count + columns - 1) / columns)
        let (across, down, gap) = (cell.width * scale, cell.height * scale, padding * scale)
        let lettering = down >= 2 * BitmapFont.height ? 2 : 1
        let margin = max(gap, 4 * lettering)
        let captions = (0..<rows).map { $0 < labels.count ? labels[$0] : "" }
        let captionWidth = captions.map { BitmapFont.measure($0).width * lettering }.max() ?? 0
        let left = margin + (captionWidth > 0 ? captionWidth + margin : 0)
        let top = margin + (title == nil ? 0 : BitmapFont.height * lettering + margin)
        let titleWidth = BitmapFont.measure(title ?? "").width * lettering

        var canvas = Canvas(
            width: max(left + columns * (across + gap) - gap, margin + titleWidth) + margin,
            height: top + rows * (down + gap) - gap + margin,
            channels: images.contains { !$0.isGray } ? 3 : 1)
        if let title { canvas.write(title, x: margin, y: margin, scale: lettering) }
        for (row, caption) in captions.enumerated() where !caption.isEmpty {
            // Right-aligned, with the body of the letters, not their descenders, in the middle of the row.
            let width = BitmapFont.measure(caption).width * lettering
            let y = top + row * (down + gap) + (down - 7 * lettering) / 2
            canvas.write(caption, x: margin + captionWidth - width, y: max(y, 0), scale: lettering)
        }
        for (number, image) in images.enumerated() {
            let x = left + number % columns * (across + gap) + (cell.width - image.width) * scale / 2
            let y = top + number / columns * (down + gap) + (cell.height - image.height) * scale / 2
            canvas.draw(image.upscaled(by: scale), x: x, y: y)
        }
        return canvas.image
    }
}

/// Pixels to draw on.
private struct Canvas {
    static let ground: UInt8 = 236
    static let ink: UInt8 = 32

    let width: Int
    let height: Int
    let channels: Int
    private var pixels: [UInt8]

    init(width: Int, height: Int, channels: Int) {
        self.width = width
        self.height = height
        self.channels = channels
        pixels = [UInt8](repeating: Self.ground, count: width * height * channels)
    }

    var image: Image { Image(width: width, height: height, channels: channels, samples8: pixels) }

    mutating func draw(_ image: Image, x: Int, y: Int) {
        let ground = EncodingOptions.Background(red: Self.ground, green: Self.ground, blue: Self.ground)
        let opaque = image.converted8().converted(channels: channels, background: ground)
        guard case .bits8(let samples) = opaque.samples else { return }
        let length = opaque.width * channels
        for row in 0..<opaque.height {
            let start = ((y + row) * width + x) * channels
            pixels.replaceSubrange(start..<start + length, with: samples[row * length..<(row + 1) * length])
        }
    }

    mutating func write(_ text: String, x: Int, y: Int, scale: Int) {
        for (number, character) in text.enumerated() {
            for (row, bits) in BitmapFont.rows(of: character).enumerated() {
                for column in 0..<BitmapFont.width where bits >> (BitmapFont.width - 1 - column) & 1 == 1 {
                    fill(x: x + (number * BitmapFont.advance + column) * scale, y: y + row * scale, side: scale)
                }
            }
        }
    }

    private mutating func fill(x: Int, y: Int, side: Int) {
        for row in y..<y + side where (0..<height).contains(row) {
            for column in x..<x + side where (0..<width).contains(column) {
                for channel in 0..<channels { pixels[(row * width + column) * channels + channel] = Self.ink }
            }
        }
    }
}
