import ArgumentParser

/// `atelier train`.
struct TrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train",
        abstract: "Train a model on images of your own.",
        discussion: """
            What each network is for:
              gan         makes images like those it is shown
              cgan        the same, of a class that is asked for: needs one folder for each class
              pix2pix     turns images into others, such as sketches into photos: needs pairs, or photos
              cyclegan    the same without pairs, there and back: needs images of two kinds
              sr          makes images larger: needs any photos
              classifier  recognizes the classes; measures how good the others are

            A run is a folder: samples/ shows what the model makes, log.jsonl and TensorBoard show how it is doing, \
            model/ is ready for “generate” or “translate --model”. Ctrl-C saves; --resume goes on.
            """,
        subcommands: [
            TrainGANCommand.self, TrainConditionalGANCommand.self, TrainPix2PixCommand.self,
            TrainCycleGANCommand.self, TrainSuperResolutionCommand.self, TrainClassifierCommand.self,
        ])
}
