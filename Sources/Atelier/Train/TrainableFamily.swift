import Memory
import Training

/// A family of models that can be trained.
///
///     let run = try Pix2Pix.train(on: "pairs/", to: "run/", .init(steps: 20_000)) { event in print(event) }
public protocol TrainableFamily {
    /// Where images are: a path, or several.
    associatedtype Source
    /// How such a model is trained.
    associatedtype Options: TrainingRequest

    /// Trains on images, or on those that the run has recorded. ``train(on:to:_:telling:isCanceled:)`` and
    /// ``resume(_:on:_:telling:isCanceled:)`` call it.
    static func train(_ session: TrainingSession, on data: Source?, _ options: Options) throws -> TrainingRun

    /// What may be saved so that enough steps fit into the hours that a training shall take.
    static func economies(_ options: Options) -> [Economy]
}

extension TrainableFamily {
    /// Nothing: the sizes of these networks decide what they can do.
    public static func economies(_: Options) -> [Economy] { [.none] }
}

/// How a model is trained, whatever its family.
public protocol TrainingRequest {
    /// How the run is kept and watched.
    var run: RunSettings { get set }

    /// As usual.
    init()
}

extension TrainableFamily {
    /// Trains a model.
    ///
    /// - Parameters:
    ///   - data: where the images are.
    ///   - run: the folder to keep the training in; it holds no run yet.
    ///   - options: what is not as usual.
    ///   - tell: is told how the training goes.
    ///   - isCanceled: asked after every step whether to save and stop; canceling the task does, if nothing is given.
    /// - Throws: `TrainingError`, ``TrainingRequestError``, and what reading the images throws.
    @discardableResult
    public static func train(
        on data: Source, to run: String, _ options: Options = Options(),
        telling tell: @escaping (TrainingEvent) -> Void = { _ in },
        isCanceled: @escaping () -> Bool = { Task.isCancelled }
    ) throws -> TrainingRun {
        let session = try TrainingSession(
            run, resumes: false, options.run, isCanceled: isCanceled, telling: tell)
        return try MemoryJob.run { try begin(session, on: data, options) }
    }

    /// Goes on with a training exactly as if it had never stopped. Its settings are remembered.
    ///
    /// - Parameters:
    ///   - run: the folder of the run.
    ///   - data: where the images lie now; nil for where they did.
    ///   - options: what may change, such as steps, precision, and how the run is kept and watched.
    ///   - tell: is told how the training goes.
    ///   - isCanceled: asked after every step whether to save and stop; canceling the task does, if nothing is given.
    /// - Throws: `TrainingError` when there is no run or its settings are others.
    @discardableResult
    public static func resume(
        _ run: String, on data: Source? = nil, _ options: Options = Options(),
        telling tell: @escaping (TrainingEvent) -> Void = { _ in },
        isCanceled: @escaping () -> Bool = { Task.isCancelled }
    ) throws -> TrainingRun {
        let session = try TrainingSession(
            run, resumes: true, options.run, isCanceled: isCanceled, telling: tell)
        return try MemoryJob.run { try begin(session, on: data, options) }
    }

    /// Trains for a number of steps, or for hours. Then the whole training is prepared twice, the first time only to
    /// measure it.
    package static func begin(
        _ session: TrainingSession, on data: Source?, _ options: Options
    ) throws -> TrainingRun {
        guard let hours = options.run.hours else { return try train(session, on: data, options) }
        return try train(session, for: hours, on: data, options)
    }
}
