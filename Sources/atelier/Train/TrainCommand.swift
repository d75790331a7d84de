import ArgumentParser
import Atelier
import Foundation
import Training

/// `atelier train`.
struct TrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train",
        abstract: "Train a model on your own images.",
        discussion: """
            What each network is for:
              gan         makes images like those in the dataset
              cgan        makes images of a requested class: needs one folder for each class
              pix2pix     turns images into others, such as sketches into photos: needs pairs, or photos
              cyclegan    the same without pairs, in both directions: needs images of two kinds
              sr          makes images larger: needs any photos
              classifier  recognizes classes; measures generators

            A run is a folder: samples/ shows the model's images, log.jsonl and TensorBoard show its progress, and \
            model/ is ready for “generate” or “translate --model”. Ctrl-C saves the run; --resume continues it. \
            Under mpirun and srun, all ranks train one model together.
            """,
        subcommands: [
            TrainGANCommand.self, TrainConditionalGANCommand.self, TrainPix2PixCommand.self, TrainCycleGANCommand.self,
            TrainSuperResolutionCommand.self, TrainClassifierCommand.self,
        ])
}
