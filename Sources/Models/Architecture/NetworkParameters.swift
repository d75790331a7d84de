import Foundation

/// What a network is built from, and what is needed to use it: the members of `architecture` in `config.json`.
///
/// Every property has a default and none is optional: what a file leaves out keeps its default, and what it has beyond
/// them is refused.
public protocol NetworkParameters: Codable, Sendable, Hashable {
    /// The defaults of every property.
    init()
    /// What can be said of a network without building it.
    var facts: NetworkFacts { get }
}

/// What can be said of a network without building it.
public struct NetworkFacts: Sendable, Hashable {
    /// The images that it makes, translates into or recognizes; nil for one that takes any.
    public var image: ImageShape?
    /// Numbers in a latent vector; nil for one that takes none.
    public var latentSize: Int?
    /// Classes that it knows; 0 for one that knows none.
    public var classCount: Int

    /// Nothing but what is given.
    public init(image: ImageShape? = nil, latentSize: Int? = nil, classCount: Int = 0) {
        (self.image, self.latentSize, self.classCount) = (image, latentSize, classCount)
    }
}

/// A parameter that no network can be built from.
public struct ParameterError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The parameter, its value, and what would be right.
    public let description: String

    /// In words that begin with the parameter.
    public init(_ description: String) { self.description = description }

    /// Refuses a number outside of a range.
    public static func check(_ key: String, _ value: Int, in range: ClosedRange<Int>) throws(ParameterError) {
        guard !range.contains(value) else { return }
        throw ParameterError("\(key) is \(value), it has to be from \(range.lowerBound) to \(range.upperBound)")
    }
}

extension NetworkParameters {
    /// The defaults, changed by the members of a JSON object.
    ///
    /// - Parameter strict: whether members that the parameters do not have are refused; otherwise they are left out.
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
                if strict { throw ParameterError("\(path)\(key) is not known to this version") }
                continue
            }
            members[key] = try member.changed(by: value, path: path + key + ".", strict: strict)
        }
        return .object(members)
    }
}
