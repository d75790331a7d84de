import ArgumentParser

/// `atelier train`.
struct TrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train",
        abstract: "Train a model on pictures of your own.",
        discussion: """
            What each network is for:
              gan         makes pictures like those it is shown
              cgan        the same, of a class that is asked for: needs one folder for each class
              pix2pix     turns pictures into others, such as sketches into photos: needs pairs, or photos
              cyclegan    the same without pairs, there and back: needs pictures of two kinds
              sr          makes pictures larger: needs any photos
              classifier  recognises the classes; measures how good the others are

            A run is a folder: samples/ shows what the model makes, log.jsonl and TensorBoard show how it is doing, \
            model/ is ready for “generate” or “translate --model”. Ctrl-C saves; --resume goes on.
            """,
        subcommands: [
            TrainGANCommand.self, TrainConditionalGANCommand.self, TrainPix2PixCommand.self,
            TrainCycleGANCommand.self, TrainSuperResolutionCommand.self, TrainClassifierCommand.self,
        ])
}
