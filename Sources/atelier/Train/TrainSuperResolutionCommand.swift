import ArgumentParser
import Atelier
import SuperResolution

/// `atelier train sr`.
struct TrainSuperResolutionCommand: RunCommand {
    static let configuration = CommandConfiguration(
        commandName: "sr",
        abstract: "Train an upscaler on photos: first pixel by pixel, then against a discriminator.",
        discussion: """
            Photos are PNG and JPEG files of any size; training cuts crops from them and makes these small. After \
            the first stage RUN/model-pixel holds the model with the highest PSNR, after the second RUN/model the one \
            that looks sharpest.

            Examples:
              atelier train sr --data photos/ --out run
              atelier train sr --data photos/ --net srvgg --scale 2 --steps 50000 --gan-steps 0 --out run
              atelier train sr --data DIV2K_train_HR/ --lr-data DIV2K_train_LR_bicubic/X4/ --val-data Set5/ --out run
              atelier train sr --data photos/ --degradation practical --perceptual vgg19.pth --perceptual-weight 1 --out run
              atelier train sr --out run --resume
              atelier train sr --out run --resume --gan-steps 20000

            The settings of the second stage may change until it begins: the last example adds that stage to a run \
            without one.
            """)

    @OptionGroup(title: "Photos") var photos: PhotoOptions
    @OptionGroup(title: "Run") var runOptions: RunOptions
    @OptionGroup(title: "Networks and training") var training: UpscalerTrainingOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    func run() throws {
        var options = SuperResolution.Options()
        options.smallVersions = photos.lrData
        options.heldPhotos = photos.valData
        options.cacheBytes = photos.cache.map { $0 << 20 } ?? options.cacheBytes
        options.start = training.from
        options.perception = training.perception
        options.adjust = training.apply
        let data = photos.data.isEmpty ? nil : photos.data
        try runOptions.train(
            SuperResolution.self, kind: "sr", on: data, options, output: output,
            next: ["upscale IMAGES -o out/ --model MODEL"])
    }
}
