import ArgumentParser
import Reporting
import TensorCore

/// The precision of networks.
struct PrecisionOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The precision of convolutions and matrix products: f32, bf16, or auto (bf16 where supported). "
                + "Default: auto for training gan, cgan, pix2pix and cyclegan, f32 otherwise.", valueName: "name"))
    var precision: Precision?

    /// The requested precision, resolved for this processor; nil if none was requested. Warns if it is not faster on
    /// this processor.
    var chosen: Precision? {
        if precision == .bfloat16, !Precision.hasFastBFloat16 {
            Console.standardError.line(
                "Warning: this processor has no bfloat16 instructions; it emulates them, slowly.")
        }
        return precision?.resolved
    }
}

extension Precision: ExpressibleByArgument {
    /// Parses the usual names.
    public init?(argument: String) {
        switch argument.lowercased() {
        case "f32", "fp32", "float32": self = .float32
        case "bf16", "bfloat16": self = .bfloat16
        case "auto", "automatic": self = .automatic
        default: return nil
        }
    }
}
