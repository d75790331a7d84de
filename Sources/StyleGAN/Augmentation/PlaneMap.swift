import Foundation

/// An affine map of the plane: (x, y) ↦ (a·x + b·y + c, d·x + e·y + f).
struct PlaneMap: Hashable {
    var a = 1.0, b = 0.0, c = 0.0
    var d = 0.0, e = 1.0, f = 0.0

    /// The identity.
    static let identity = PlaneMap()

    static func scaling(_ x: Double, _ y: Double) -> PlaneMap { PlaneMap(a: x, e: y) }
    static func translation(_ x: Double, _ y: Double) -> PlaneMap { PlaneMap(c: x, f: y) }
    /// By an angle in radians, from the first axis to the second.
    static func rotation(_ angle: Double) -> PlaneMap {
        PlaneMap(a: cos(angle), b: -sin(angle), d: sin(angle), e: cos(angle))
    }

    /// First the right map, then the left one.
    static func * (left: PlaneMap, right: PlaneMap) -> PlaneMap {
        let origin = left(right.c, right.f)
        return PlaneMap(
            a: left.a * right.a + left.b * right.d, b: left.a * right.b + left.b * right.e, c: origin.x,
            d: left.d * right.a + left.e * right.d, e: left.d * right.b + left.e * right.e, f: origin.y)
    }

    func callAsFunction(_ x: Double, _ y: Double) -> (x: Double, y: Double) {
        (a * x + b * y + c, d * x + e * y + f)
    }
}
