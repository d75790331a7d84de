import Foundation
import Testing

extension ProgramTests {
    /// Names of commands and options are a promise: scripts rely on them.
    @Suite struct FlagTests {
        private struct Dump: Decodable {
            let command: Command
        }

        private struct Command: Decodable {
            let commandName: String
            let arguments: [Argument]?
            let subcommands: [Command]?

            /// A line for each option of the command and of those below it.
            func lines(below parents: [String]) -> [String] {
                let path = parents + [commandName]
                let own = (arguments ?? []).map { path.joined(separator: " ") + " | " + $0.line }
                return own + (subcommands ?? []).flatMap { $0.lines(below: path) }
            }
        }

        private struct Argument: Decodable {
            let kind: String
            let valueName: String?
            let names: [Name]?

            var line: String {
                let spelled = (names ?? []).map(\.spelled).sorted().joined(separator: " ")
                return (spelled.isEmpty ? "<\(valueName ?? "")>" : spelled) + " | " + kind
            }
        }

        private struct Name: Decodable {
            let kind: String
            let name: String

            var spelled: String { (kind == "long" ? "--" : "-") + name }
        }

        /// `Tests/Fixtures/flags.txt` has a line for each option. Lines may be added; none goes away.
        @Test func everyOptionIsWhereItWas() throws {
            let place = try Workplace()
            let dump = try Program.run(["--experimental-dump-help"], in: place.path)
            let command = try JSONDecoder().decode(Dump.self, from: Data(dump.output.utf8)).command
            let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .appendingPathComponent("Fixtures/flags.txt")
            let known = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map(String.init)
            let lines = command.lines(below: []).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            let difference = lines.difference(from: known)
            #expect(difference.isEmpty, "\(difference.map { "\($0)" }.joined(separator: "\n"))")
        }
    }
}
