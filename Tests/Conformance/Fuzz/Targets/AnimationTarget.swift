import Files
import ImageFiles

extension FuzzTarget {
    /// Animated GIF, PNG and WebP files, strict and lenient. Frames have the size and the kind of the canvas.
    static let animation = FuzzTarget("animation") { bytes in
        let limits = ImageLimits(maxWidth: 1 << 12, maxHeight: 1 << 12, maxPixels: 1 << 17, maxBytes: 1 << 26)
        try ScratchFolder.shared.inside { folder in
            let path = folder + "/animation"
            try AtomicFile.write(bytes, to: path, .contents)
            for allowPartial in [false, true] {
                do {
                    let reader = try AnimationReader(path, limits: limits, allowPartial: allowPartial)
                    var first: ImageOutline?
                    while let frame = try reader.next() {
                        let outline = ImageOutline(frame.image)
                        try expect(outline == first ?? outline, "frames of several kinds")
                        try expect(outline.width == reader.width && outline.height == reader.height, "another size")
                        first = outline
                    }
                } catch is ImageError {}
            }
        }
    }
}
