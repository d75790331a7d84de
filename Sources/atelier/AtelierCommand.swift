import ArgumentParser
import Atelier
import Glibc
import Reporting

/// The command line.
struct AtelierCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "atelier",
        abstract: "Make images with generative adversarial networks, and train your own.",
        discussion: """
            Examples:
              atelier models list
              atelier generate --model fashion-cgan --class "ankle boot" --count 16 --seed 7 -o out/
              atelier generate --model fashion-cgan --all-classes --count 8 --grid sheet.png
              atelier edit path --model fashion-cgan --class bag --seeds 3,8,21 --loop --video loop.png
              atelier translate sketches/ --model run -o out/
              atelier upscale photos/ --model realesrgan-x4plus -o out/
              atelier studio --open
              atelier inspect out/seed0007.png
              atelier data check flowers/
              atelier data sketch photos/ -o sketches/ --hand ink
              atelier train cgan --data flowers/ --out run
              atelier train cgan --out run --resume

            Exit codes: 0 all done, 1 something failed, 64 wrong usage, 130 stopped by Ctrl-C (and saved).
            """,
        version: Software.description,
        subcommands: [
            GenerateCommand.self, EditCommand.self, TranslateCommand.self, UpscaleCommand.self, InspectCommand.self,
            RemakeCommand.self, TrainCommand.self, EvaluateCommand.self, DataCommand.self, ModelsCommand.self,
            StudioCommand.self,
        ])
}

@main
enum Entry {
    static func main() {
        ThreadWaiting.shorten()
        // A file over the limit of the shell (ulimit -f) is a write error like any other.
        signal(SIGXFSZ, SIG_IGN)
        // Some programs start others with closed pipes ignored; they end quietly all the same.
        signal(SIGPIPE, SIG_DFL)
        let arguments = ArgumentSpelling.kebab(Array(CommandLine.arguments.dropFirst()))
        var command: any ParsableCommand
        do { command = try AtelierCommand.parseAsRoot(arguments) } catch {
            let hints = ArgumentSpelling.hints(arguments)
            guard AtelierCommand.exitCode(for: error) == .validationFailure, !hints.isEmpty else {
                AtelierCommand.exit(withError: error)
            }
            Console.standardError.line(([AtelierCommand.fullMessage(for: error)] + hints).joined(separator: "\n"))
            exit(EX_USAGE)
        }
        do {
            if var computing = command as? any ComputingCommand { try computing.compute() } else { try command.run() }
        } catch let error as UsageError {
            refuse("\(error)")
        } catch let error as RequestError {
            refuse("\(error)")
        } catch {
            AtelierCommand.exit(withError: error)
        }
    }

    private static func refuse(_ words: String) -> Never {
        Console.standardError.line("Error: \(words)")
        exit(EX_USAGE)
    }
}
