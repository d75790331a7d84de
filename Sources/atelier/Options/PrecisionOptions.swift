import ArgumentParser
import Reporting
import TensorCore

/// The arithmetic of networks.
struct PrecisionOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The arithmetic of convolutions and matrix products: f32, bf16, or auto (bf16 where the processor has it). "
                + "Default: auto to train gan, cgan, pix2pix and cyclegan, f32 otherwise.", valueName: "name"))
    var precision: Precision?

    /// What was asked for, on this processor; nil when nothing was. Says so when that is no faster here.
    var chosen: Precision? {
        if precision == .bfloat16, !Precision.hasFastBFloat16 {
            Console.standardError.line(
                "Warning: this processor has no instructions for bfloat16; it is emulated, and slow.")
        }
        return precision?.resolved
    }
}

extension Precision: ExpressibleByArgument {
    /// The names that the field knows.
    public init?(argument: String) {
        switch argument.lowercased() {
        case "f32", "fp32", "float32": self = .float32
        case "bf16", "bfloat16": self = .bfloat16
        case "auto", "automatic": self = .automatic
        default: return nil
        }
    }
}
