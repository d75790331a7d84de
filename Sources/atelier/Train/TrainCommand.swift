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
              classifier  recognises the classes; measures how good the others are

            A run is a folder: samples/ shows what the model makes, log.jsonl and TensorBoard show how it is doing, \
            model/ is ready for “atelier generate --model”. Ctrl-C saves; --resume goes on.
            """,
        subcommands: [TrainGANCommand.self, TrainConditionalGANCommand.self, TrainClassifierCommand.self])
}
