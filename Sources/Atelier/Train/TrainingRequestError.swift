import Pix2Pix

/// Why a training that was asked for cannot be.
public enum TrainingRequestError: Error, Sendable, Equatable, CustomStringConvertible {
    /// It was never said where the images are.
    case dataNeeded
    /// A family that learns classes is shown images without any; the layout says what they are.
    case classesNeeded(path: String, layout: String)
    /// The weights that a translator starts from are those of another network than the one that is asked for.
    case differentNetwork(of: String, own: TranslatorArchitecture, wanted: TranslatorArchitecture)
    /// The network, a translator's by its name, does not take images of the size that is cut out; `nearest` would do.
    case cropSize(network: String?, multiple: Int, nearest: Int)
    /// Images of two kinds with different channels cannot be left as they are by the other's translator.
    case identity(channelsOfA: Int, channelsOfB: Int)
    /// A network that cannot be built, for a reason in words.
    case impossibleNetwork(String)
    /// A setting with which no training is possible, in words that start with its path.
    case impossibleSetting(String)
    /// A change is asked for in a run that starts.
    case changeOfNewRun
    /// The images of a run that goes on have classes that do not fit its network.
    case differentClasses(path: String, recorded: [String], found: [String])
    /// The classes of the pairs are not those of the model that the training starts from.
    case otherClasses(of: String, known: [String], found: [String])
    /// A model that resizes its result cannot be trained on.
    case resizingModel
    /// Hours and a number of steps are both asked for.
    case stepsAndHours
    /// All stages have no steps.
    case nothingToDo

    /// The reason in words.
    public var description: String {
        switch self {
        case .dataNeeded: "Say where the images are."
        case .classesNeeded(let path, let layout):
            "\(path) has no classes: \(layout). One folder of images for each class is needed."
        case .differentNetwork(let path, let own, let wanted):
            "The weights of \(path) fit \(own.name) only; asked for is \(wanted.name), or one of another make."
        case .cropSize(let network, let multiple, let nearest):
            "\(network ?? "The network") takes images whose sides are multiples of \(multiple), such as \(nearest)."
        case .identity(let a, let b):
            "A has \(a) and B \(b) channels, so neither can be left as it is by the other's translator."
        case .impossibleNetwork(let fault): "This network cannot be built: \(fault)."
        case .impossibleSetting(let fault): "No training is possible: \(fault)."
        case .changeOfNewRun: "A change is for a run that goes on."
        case .differentClasses(let path, let recorded, let found):
            """
            The classes of \(path) do not fit the network of the run, which has one part for each of its classes:
              in the run: \(recorded.joined(separator: ", "))
              now:        \(found.isEmpty ? "none" : found.joined(separator: ", "))
            Classes may be added, which are left out, and one may have another name.
            """
        case .otherClasses(let path, let known, let found):
            """
            The classes of the pairs are not those of \(path):
              of the model: \(known.joined(separator: ", "))
              of the pairs: \(found.joined(separator: ", "))
            """
        case .resizingModel: "A model that resizes its result cannot be trained further."
        case .stepsAndHours: "A training takes a number of steps or a time, not both."
        case .nothingToDo: "There is nothing to do: no stage has any steps."
        }
    }
}
