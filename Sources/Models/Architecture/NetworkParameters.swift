import Foundation

/// The parameters of a network and of its use: the members of `architecture` in `config.json`.
///
/// Every property has a default, and none is optional. Missing members keep their defaults; unknown members are
/// refused.
package protocol NetworkParameters: Codable, Sendable, Hashable {
    /// The defaults of every property.
    init()
    /// The facts that are known without building a network.
    var facts: NetworkFacts { get }
}

/// The facts that are known without building a network.
package struct NetworkFacts: Sendable, Hashable {
    /// The form of the images that it generates or recognizes; nil if it accepts any form.
    package var image: ImageShape?
    /// The size of a latent vector; nil if it has none.
    package var latentSize: Int?
    /// The number of classes; 0 if it has none.
    package var classCount: Int

    /// Nothing but what is given.
    package init(image: ImageShape? = nil, latentSize: Int? = nil, classCount: Int = 0) {
        (self.image, self.latentSize, self.classCount) = (image, latentSize, classCount)
    }
}

/// An impossible parameter.
package struct ParameterError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The parameter, its value, and the valid values.
    package let description: String

    /// The message must start with the parameter.
    package init(_ description: String) { self.description = description }

    /// Refuses a number outside of a range.
    package static func check(_ key: String, _ value: Int, in range: ClosedRange<Int>) throws(ParameterError) {
        guard !range.contains(value) else { return }
        throw ParameterError("\(key) is \(value), it must be from \(range.lowerBound) to \(range.upperBound)")
    }

    /// Refuses a number outside of a range, and what is not a number.
    package static func check(_ key: String, _ value: Double, in range: ClosedRange<Double>) throws(ParameterError) {
        guard !range.contains(value) else { return }
        throw ParameterError("\(key) is \(value), it must be from \(range.lowerBound) to \(range.upperBound)")
    }

    /// Checks the members of a group; the messages start with the name of the group.
    package static func check(
        in group: String, _ members: () throws(ParameterError) -> Void
    ) throws(ParameterError) {
        do throws(ParameterError) { try members() } catch { throw ParameterError(group + "." + error.description) }
    }
}

extension NetworkParameters {
    /// The defaults, changed by the members of a JSON object.
    ///
    /// - Parameter strict: whether to refuse unknown members; otherwise they are ignored.
    /// - Throws: ``ParameterError``.
    package init(_ json: JSONValue, strict: Bool = true) throws(ParameterError) {
        do {
            let defaults = try JSONValue(encoding: Self())
            self = try defaults.changed(by: json, path: "", strict: strict).decoded()
        } catch let error as ParameterError {
            throw error
        } catch let error as DecodingError {
            throw ParameterError(error.inWords)
        } catch {
            throw ParameterError("\(error)")
        }
    }

    package var json: JSONValue { (try? JSONValue(encoding: self)) ?? .null }
}

extension JSONValue {
    fileprivate func changed(by other: JSONValue, path: String, strict: Bool) throws(ParameterError) -> JSONValue {
        guard case .object(var members) = self, case .object(let changes) = other else { return other }
        for (key, value) in changes.sorted(by: { $0.key < $1.key }) {
            guard let member = members[key] else {
                if strict { throw ParameterError("\(path)\(key) is unknown to this version") }
                continue
            }
            members[key] = try member.changed(by: value, path: path + key + ".", strict: strict)
        }
        return .object(members)
    }
}
