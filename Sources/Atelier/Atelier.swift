/// Make images with generative adversarial networks, and train your own.
///
///     import Atelier
///     let model = try Model.load("flowers-sketch")
///     let photo = try model.translate(Image(contentsOf: "tulip.png"))
///     try photo.write(to: "tulip-photo.png")
///
/// Everything that the command line does stands here, in the same number of ideas. Nothing here writes to the terminal,
/// listens to signals, or minds the environment: what happens is told to closures, and work stops when the task it runs
/// in is canceled.
@_exported import BatchPipeline
@_exported import CPUBackend
@_exported import Cluster
@_exported import Evaluation
@_exported import Film
@_exported import ImageData
@_exported import ImageFiles
@_exported import Models
@_exported import Training
