import Models
import Training

/// The architecture that a generator is trained with, and its family.
package struct GeneratorChoice {
    /// The family, which decides the settings and the rules of the training.
    package let family: any AdversarialFamily.Type
    /// One of the family's architectures; nil for its default, or for that of a run that goes on.
    package let architecture: Architecture?

    init(family: any AdversarialFamily.Type, architecture: Architecture?) {
        (self.family, self.architecture) = (family, architecture)
    }

    /// The names that can be asked for.
    ///
    /// - Parameter classes: whether images of a class are asked for.
    package static func names(classes: Bool) -> [String] { known(classes: classes).map(\.name) }

    /// The names of those whose discriminators see images in the features of a trained network.
    package static func projectedNames(classes: Bool) -> [String] {
        known(classes: classes).filter { $0.family.isProjected }.map(\.name)
    }

    /// For each family, its names and what they are for.
    package static func descriptions(classes: Bool) -> [String] {
        families(classes: classes).map { $0.architectures.map(\.id).joined(separator: " and ") + ": " + $0.summary }
    }

    /// The architecture with a name; nil if there is none.
    package init?(named name: String, classes: Bool) {
        let known = Self.known(classes: classes)
        guard let found = known.first(where: { $0.name == name.lowercased() }) else { return nil }
        (family, architecture) = (found.family, found.architecture)
    }

    /// What a run trains; nil if there is no run, or if it does not train generators.
    package init?(of run: RunFolder) {
        let kind = run.kind
        guard let family = KnownFamilies.adversarial.first(where: { $0.kind == kind }) else { return nil }
        (self.family, architecture) = (family, nil)
    }

    private static func known(
        classes: Bool
    ) -> [(name: String, family: any AdversarialFamily.Type, architecture: Architecture)] {
        families(classes: classes).flatMap { family in family.architectures.map { ($0.id, family, $0) } }
    }

    private static func families(classes: Bool) -> [any AdversarialFamily.Type] {
        KnownFamilies.adversarial.filter { $0.classes.allows(classes: classes) }
    }
}
