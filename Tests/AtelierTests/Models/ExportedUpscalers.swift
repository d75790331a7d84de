import Models
import SuperResolution

/// Upscalers whose layers are as few and narrow as their kind allows.
extension ExportedNetwork {
    private static let sides = [(height: 16, width: 24), (height: 28, width: 20)]

    static let convolutionalUpscalers = [
        ExportedNetwork(
            "sr-span", .span, changed(SPANParameters()) { ($0.features, $0.inputRange) = (16, 1) }, sizes: sides),
        ExportedNetwork(
            "sr-span-merged", .span, changed(SPANParameters()) { ($0.features, $0.merged) = (16, true) }, sizes: sides),
        ExportedNetwork(
            "sr-realplksr", .realplksr,
            changed(RealPLKSRParameters()) { ($0.features, $0.depth, $0.partial) = (24, 2, 8) }, sizes: sides),
        ExportedNetwork(
            "sr-realplksr-dysample", .realplksr,
            changed(RealPLKSRParameters()) {
                ($0.features, $0.depth, $0.partial) = (24, 2, 8)
                ($0.layerNorm, $0.dysample) = (true, true)
            }, sizes: sides),
        ExportedNetwork(
            "sr-plksr", .plksr,
            changed(PLKSRParameters()) { ($0.features, $0.depth, $0.partial) = (24, 2, 8) }, sizes: sides),
        ExportedNetwork("sr-cugan", .cugan, CUNetParameters(), sizes: sides),
        ExportedNetwork("sr-upconv7", .upconv7, UpConv7Parameters(), sizes: sides),
    ]

    static let transformers = [
        ExportedNetwork("sr-swinir", .swinir, window(SwinIRParameters()), sizes: sides),
        ExportedNetwork("sr-srformer", .srformer, window(SwinIRParameters()), sizes: sides),
        ExportedNetwork(
            "sr-hat", .hat,
            changed(HATParameters()) {
                ($0.depth, $0.features, $0.hidden, $0.heads) = (1, 24, 48, 2)
                ($0.window, $0.overlap, $0.blocks, $0.compressed) = (4, 2, 2, 8)
            }, sizes: sides),
        ExportedNetwork(
            "sr-drct", .drct,
            changed(DRCTParameters()) {
                ($0.depth, $0.features, $0.hidden, $0.heads) = (1, 24, 48, 2)
                ($0.window, $0.growth) = (4, 8)
            }, sizes: sides),
        ExportedNetwork(
            "sr-dat", .dat,
            changed(DATParameters()) {
                ($0.features, $0.blocks, $0.heads, $0.split, $0.hidden) = (48, [3, 2], [4, 2], [2, 4], 96)
            }, sizes: sides),
        ExportedNetwork(
            "sr-rgt", .rgt,
            changed(RGTParameters()) {
                ($0.features, $0.blocks, $0.heads, $0.split, $0.hidden) = (48, [3, 2], [4, 2], [2, 4], 96)
                $0.reduced = 24
            }, sizes: sides),
        ExportedNetwork(
            "sr-atd", .atd,
            changed(ATDParameters()) {
                ($0.features, $0.window, $0.tokens, $0.reduced, $0.hidden) = (24, 4, 8, 3, 48)
                ($0.blocks, $0.heads, $0.category) = ([2, 1], [2, 4], 128)
            }, sizes: sides),
    ]

    private static func window(_ parameters: SwinIRParameters) -> SwinIRParameters {
        changed(parameters) {
            ($0.depth, $0.features, $0.hidden, $0.heads) = (1, 24, 48, 2)
            ($0.window, $0.blocks) = (4, 2)
        }
    }
}
