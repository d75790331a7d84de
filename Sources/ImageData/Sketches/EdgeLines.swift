import Glibc
import TensorCore

/// Edges one pixel wide, after Canny 1986, "A computational approach to edge detection": the ridges of the gradient of
/// the smoothed image, kept where they are strong or connected to strong ones.
struct EdgeLines {
    /// Standard deviation of the smoothing, in pixels.
    var smoothing: Float
    /// Shares of the pixels' gradients below which an edge is weak, and above which it is strong.
    var weakShare: Float
    var strongShare: Float
    /// Edges of fewer connected pixels are dropped.
    var shortest: Int

    /// Whether each pixel lies on a line.
    func find(in plane: GrayPlane) -> [Bool] {
        let (width, height) = (plane.width, plane.height)
        guard width > 2, height > 2 else { return [Bool](repeating: false, count: width * height) }
        let smooth = plane.blurred(smoothing)
        let (strength, ridges) = ridges(of: smooth)
        let sorted = strength.sorted()
        func quantile(_ share: Float) -> Float {
            sorted[min(max(Int(saturating: share * Float(sorted.count)), 0), sorted.count - 1)]
        }
        // An image without contrast has no edges, however its gradients are ranked.
        let strong = max(quantile(strongShare), 0.02)
        let weak = min(max(quantile(weakShare), 0.008), strong)
        return connected(ridges, strength, width, height, weak: weak, strong: strong)
    }

    /// Gradient magnitudes by Sobel's operator, and whether each is a maximum across the edge.
    private func ridges(of plane: GrayPlane) -> (strength: [Float], isRidge: [Bool]) {
        let (width, height) = (plane.width, plane.height)
        var strength = [Float](repeating: 0, count: width * height)
        var weights = [(x: Float, y: Float)](repeating: (0, 0), count: width * height)
        plane.values.withUnsafeBufferPointer { v in
            for y in 1..<(height - 1) {
                for x in 1..<(width - 1) {
                    let i = y * width + x
                    let (above, below) = (i - width, i + width)
                    let dx = (v[above + 1] + 2 * v[i + 1] + v[below + 1] - v[above - 1] - 2 * v[i - 1] - v[below - 1])
                    let dy = (v[below - 1] + 2 * v[below] + v[below + 1] - v[above - 1] - 2 * v[above] - v[above + 1])
                    weights[i] = (dx, dy)
                    strength[i] = (dx * dx + dy * dy).squareRoot() / 4
                }
            }
        }
        var isRidge = [Bool](repeating: false, count: width * height)
        for y in 1..<(height - 1) {
            for x in 1..<(width - 1) {
                let i = y * width + x
                let (dx, dy) = weights[i]
                let (ax, ay) = (abs(dx), abs(dy))
                // The neighbors before and behind in the direction of the gradient, to the nearest eighth of a turn.
                let diagonal = (dx > 0) == (dy > 0) ? width + 1 : width - 1
                let step = ax > 2.414 * ay ? 1 : ay > 2.414 * ax ? width : diagonal
                isRidge[i] = strength[i] > strength[i - step] && strength[i] >= strength[i + step]
            }
        }
        return (strength, isRidge)
    }

    /// Ridges above `weak` that belong to a component with one above `strong` and with enough pixels.
    private func connected(
        _ isRidge: [Bool], _ strength: [Float], _ width: Int, _ height: Int, weak: Float, strong: Float
    ) -> [Bool] {
        var result = [Bool](repeating: false, count: width * height)
        var seen = result
        for start in isRidge.indices where isRidge[start] && !seen[start] && strength[start] >= strong {
            var component = [start]
            seen[start] = true
            var next = 0
            while next < component.count {
                let (x, y) = (component[next] % width, component[next] / width)
                next += 1
                for ny in max(y - 1, 0)...min(y + 1, height - 1) {
                    for nx in max(x - 1, 0)...min(x + 1, width - 1) {
                        let i = ny * width + nx
                        if isRidge[i] && !seen[i] && strength[i] >= weak {
                            seen[i] = true
                            component.append(i)
                        }
                    }
                }
            }
            if component.count >= shortest { for i in component { result[i] = true } }
        }
        return result
    }

    /// Lines of the given width along the pixels marked, dark on white and smooth at their rims.
    static func drawn(_ marked: [Bool], width: Int, height: Int, lineWidth: Float) -> GrayPlane {
        let reach = Int(saturating: min((lineWidth / 2 + 1).rounded(.up), Float(width + height)))
        var paper = [Float](repeating: 1, count: width * height)
        // The pen: how much of a pixel at each distance it blackens.
        var pen: [(dx: Int, dy: Int, white: Float)] = []
        for dy in -reach...reach {
            for dx in -reach...reach {
                let distance = Float(dx * dx + dy * dy).squareRoot()
                let cover = min(max(lineWidth / 2 + 0.5 - distance, 0), 1)
                if cover > 0 { pen.append((dx, dy, 1 - cover)) }
            }
        }
        for (i, isMarked) in marked.enumerated() where isMarked {
            let (x, y) = (i % width, i / width)
            for dot in pen {
                let (px, py) = (x + dot.dx, y + dot.dy)
                guard (0..<width).contains(px), (0..<height).contains(py) else { continue }
                paper[py * width + px] = min(paper[py * width + px], dot.white)
            }
        }
        return GrayPlane(width: width, height: height, values: paper)
    }
}
