import Atelier
import Files
import Models
import Pix2Pix
import Reporting
import Training

extension RunOptions {
    /// Trains a model of a family, or goes on with a run, and tells of it.
    ///
    /// - Parameters:
    ///   - data: where the images are; nil where nobody has said it.
    ///   - reason: why these networks were chosen; nil if they were asked for.
    ///   - next: the arguments of commands that use the model, with `MODEL` for its place.
    func train<Family: TrainableFamily>(
        _ family: Family.Type, kind: String, on data: Family.Source?, _ options: Family.Options,
        because reason: String? = nil, output: OutputOptions, next: [String]
    ) throws {
        var options = options
        options.run = settings
        options.run.kernels = output.kernels?.description
        let ranks = joined.ranks
        let console = TrainingConsole(
            kind, folder: RunFolder(out), resumes: resume, resumeCommand: resumeCommand(kind), quiet: output.quiet,
            json: output.json && ranks.isFirst, console: ranks.isFirst ? .standardError : .silent)
        defer {
            console.finish()
            StopRequest.stopListening()
        }
        func isCanceled() -> Bool { StopRequest.pending != nil }
        do {
            let session = try TrainingSession(
                out, resumes: resume, options.run, ranks: ranks, isCanceled: isCanceled
            ) { event in
                console.tell(event)
                if case .started = event { StopRequest.listen(isRank: ranks.areSeveral) }
            }
            if let reason { console.tell(.note(reason)) }
            let run = try Family.begin(session, on: data, options)
            console.finish()
            TrainingEnd.report(run, joined, next: next, output: output)
        } catch let error as TrainingRequestError {
            throw UsageError(error.words)
        } catch let error where (isFullDisk(error) || error is FileWriteError) && RunFolder(out).holdsRun {
            let mending = isFullDisk(error) ? "Free some space" : "Make it writable"
            throw Failure("\(error)\n\(mending), then continue: \(resumeCommand(kind))")
        } catch let error as TrainingError {
            throw Failure(error.words)
        } catch let error as DatasetError {
            throw Failure(error.words)
        }
    }

    /// How the run is kept and watched.
    var settings: RunSettings {
        var settings = RunSettings(name: name, sampleEvery: sampleEvery, checkpointEvery: checkpointEvery)
        settings.hours = hours
        settings.keep = keep
        settings.evaluateEvery = evaluateEvery
        settings.bestMetric = bestMetric.map { FormerKeys.value($0, of: "bestMetric") }
        settings.logEvery = logEvery
        settings.changes = changes
        settings.store = .searched
        (settings.isDeterministic, settings.shards) = (deterministic, shards)
        (settings.synchronizesBatchNorm, settings.gradientPrecision) = (syncBatchNorm, gradientPrecision)
        return settings
    }
}

extension TrainingError {
    /// The reason with the options that matter.
    fileprivate var words: String {
        switch self {
        case .runExists: "\(self)\nTo resume it, add --resume."
        case .diverged: "\(self)\nThe options for that: --lr, --loss, --r1, --spectral-norm."
        case .differentConfiguration:
            "\(self)\nThe options for that: --change batch-size=N, --change learning-rate=RATE, --change precision=NAME, "
                + "--change data."
        case .differentData: "\(self)\nThe option for that: --change data."
        case .outOfMemory(_, _, _, let fitting?, _) where fitting > 0:
            "\(self)\nThe option for that: --batch-size \(fitting)."
        case .file, .noRun, .checkpoint, .outOfMemory: description
        }
    }
}

extension DatasetError {
    /// The reason with the option that matters.
    var words: String {
        guard case .photosTooSmall(_, _, _, let fitting) = self, fitting > 0 else { return description }
        return "\(self): --crop-size \(fitting)"
    }
}

extension TrainingRequestError {
    /// The reason with the options that matter.
    fileprivate var words: String {
        switch self {
        case .dataNeeded: "Say where the images are: --data DIR."
        case .classesNeeded(let path, let layout):
            """
            \(path) has no classes: \(layout).
            This training needs one folder of images for each class; “atelier train gan” needs none.
            """
        case .differentNetwork(let path, let own, let wanted):
            """
            The weights of \(path) fit \(own.words) only; asked for is \(wanted.words).
            Leave out what asks for another network (--net-g, --ngf, --norm, --upsample, --input-channels, \
            --output-channels), or --from.
            """
        case .cropSize(let network?, let multiple, let nearest):
            "\(network) takes images whose sides are multiples of \(multiple): --crop-size \(nearest), or another --net-g."
        case .cropSize(nil, let multiple, let nearest):
            "Crops must be a multiple of \(multiple) pixels for this network: --crop-size \(nearest)."
        case .identity:
            "\(self.description.dropLast()): --lambda-identity 0, or --input-channels and --output-channels alike."
        case .stepsAndHours: "--hours chooses the number of steps: leave out --steps, --epochs and their like."
        case .nothingToDo: "There is nothing to do: both --steps and --gan-steps are 0."
        case .impossibleNetwork, .resizingModel, .impossibleSetting, .differentClasses, .otherClasses: description
        case .changeOfNewRun: "--change is for a run that goes on: add --resume."
        }
    }
}

extension TranslatorArchitecture {
    fileprivate var words: String {
        "\(name) with --ngf \(width) --norm \(normalization.rawValue) --upsample \(upsampling.rawValue), from "
            + "\(inputChannels) to \(outputChannels) channels"
            + (classCount.map { ", --classes (\($0))" } ?? "") + (colorHints == true ? ", --color-hints" : "")
    }
}
