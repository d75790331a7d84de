import Layers
import TensorCore

extension RRDBNet: RowGenerator {
    /// A pixel of a dense block depends on five rows above and below. The last layers depend on few pixels but take
    /// most of the memory, so they work on small squares.
    func rowNetwork(_ mode: ForwardMode) -> RowNetwork {
        let features = features
        let joinsColumns = mode.wrapping.joinsColumns
        let mode = mode.wrapping(Wrapping(x: joinsColumns, y: false))
        let plain = mode.wrapping(.neither)
        func window(
            _ reach: Int, working: Int, _ owner: any Module, _ forward: @escaping @Sendable (Tensor) -> Tensor
        ) -> RowNetwork {
            let network = PlannedNetwork(of: owner, planLimit: 12) { forward($0[0]) }
            return .window(RowWindow(reach: reach, channels: features, working: working) { network($0) })
        }
        let blocks = body.map { block in
            let parts = [block.rdb1, block.rdb2, block.rdb3].map { part in
                window(5, working: 4 * features + 4 * part.growth, part) { part($0, mode) }
            }
            return RowNetwork.residual(.chain(parts), scale: 0.2)
        }
        let last = window(1, working: 4 * features, convBody) { [convBody] in convBody($0, mode) }
        let first = PlannedNetwork(of: convFirst, planLimit: 12) { self.shallow($0[0], mode) }
        let shallow = RowWindow(reach: 1, taken: fold, channels: inputs, working: 2 * features) { first($0) }
        let large = PlannedNetwork(of: self, planLimit: 12) { self.image(of: $0[0], plain) }
        // Two positions for two convolutions without doublings. With them, more convolutions reach less far.
        let (reach, given) = (2, scale * fold)
        let part = ColumnParts.length(scale: given)
        let image = ColumnParts(reach: reach, scale: given, length: part, wraps: joinsColumns) { large($0) }
        let side = (part + 2 * reach) * given
        return .chain([
            .sum(.chain([.window(shallow)] + blocks + [last]), shallow),
            .window(
                RowWindow(
                    reach: reach, given: given, channels: features, working: 4 * features + given * given * outputs,
                    limit: part, fixedBytes: 2 * side * side * features * 4
                ) { image($0) }),
        ])
    }
}
