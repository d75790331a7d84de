import ArgumentParser
import TensorCore

/// Whether results repeat without a seam.
struct SeamlessOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Make images that repeat without a seam, as tiles of a floor do: x (left and right join), y (top and bottom "
                + "join), xy or none. Default: as the model was trained.", valueName: "axes"))
    var seamless: Wrapping?
}

extension Wrapping: ExpressibleByArgument {}
