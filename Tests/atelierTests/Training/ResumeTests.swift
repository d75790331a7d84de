import Foundation
import Testing

extension ProgramTests {
    @Suite struct ResumeTests {
        /// The power goes at moments that nobody chose; each time the same command goes on.
        @Test func killedRunsEndWithTheSameWeights() throws {
            let place = try Workplace()
            let steps = 10
            let whole = try Program.run(place.training("cgan", out: "whole", steps: steps), in: place.path)
            #expect(whole.status == 0, "\(whole.errors)")

            let first = try Program.start(place.training("cgan", steps: steps), in: place.path)
            kill(first, place, after: 2)
            for kills in 1... {
                let resumed = try Program.start(["train", "cgan", "--out", "run", "--resume"], in: place.path)
                if kills < 3 { kill(resumed, place, after: 2 + 3 * kills) } else { resumed.waitUntilExit() }
                if resumed.terminationReason == .exit {
                    #expect(resumed.terminationStatus == 0)
                    break
                }
            }
            for file in ["checkpoints/step-000010/state.safetensors", "model/model.safetensors"] {
                #expect(try place.bytes("run/" + file) == place.bytes("whole/" + file))
            }
            let log = try String(decoding: place.bytes("run/log.jsonl"), as: UTF8.self).split(separator: "\n")
            #expect(log.count { $0.contains("losses") } == steps)
        }

        /// Kills a process without warning once it has logged some steps, and a little later still.
        private func kill(_ process: Process, _ place: Workplace, after steps: Int) {
            while process.isRunning {
                let checkpoints =
                    (try? FileManager.default.contentsOfDirectory(atPath: place.path + "/run/checkpoints")) ?? []
                if checkpoints.compactMap({ Int($0.dropFirst(5)) }).max() ?? 0 >= steps { break }
                usleep(5_000)
            }
            usleep(UInt32.random(in: 0..<60_000))
            if process.isRunning { Foundation.kill(process.processIdentifier, SIGKILL) }
            process.waitUntilExit()
        }

        /// `timeout` sends its signal twice: to the process, and to its group.
        @Test(arguments: [1, 2]) func aSignalSavesAndSaysHowToGoOn(signals: Int) throws {
            let place = try Workplace()
            let process = try Program.start(
                place.training("gan", steps: 100_000, checkpointEvery: 0) + ["--threads", "1"], in: place.path)
            while process.isRunning, !place.exists("run/log.jsonl") { usleep(5_000) }
            usleep(200_000)
            for _ in 0..<signals {
                Foundation.kill(process.processIdentifier, SIGINT)
                usleep(2_000)
            }
            let end = Date(timeIntervalSinceNow: 60)
            while process.isRunning, Date() < end { usleep(5_000) }
            if process.isRunning { Foundation.kill(process.processIdentifier, SIGKILL) }
            process.waitUntilExit()
            #expect(process.terminationReason == .exit && process.terminationStatus == 130)
            let said = try String(decoding: place.bytes("errors"), as: UTF8.self)
            #expect(said.contains("Everything is saved in run."))
            #expect(said.contains("train gan --out run --resume"))
            let kept = try FileManager.default.contentsOfDirectory(atPath: place.path + "/run/checkpoints")
            #expect(kept.count == 1)
            let step = try #require(kept.first.flatMap { Int($0.dropFirst(5)) })
            let resumed = try Program.run(
                ["train", "gan", "--out", "run", "--resume", "--steps", "\(step + 1)"], in: place.path)
            #expect(resumed.status == 0, "\(resumed.errors)")
            #expect(resumed.errors.contains("Continuing from step \(step)."))
        }

        @Test func otherSettingsAreRefused() throws {
            let place = try Workplace()
            #expect(try Program.run(place.training("gan", steps: 1), in: place.path).status == 0)
            let again = try Program.run(place.training("gan", steps: 1), in: place.path)
            #expect(again.status == 1 && again.errors.contains("--resume"))
            let other = try Program.run(
                ["train", "gan", "--out", "run", "--resume", "--beta1", "0.25", "--only", "bar"], in: place.path)
            #expect(other.status == 1)
            #expect(other.errors.contains("model.training.beta1: 0.5 in the run, 0.25 now"))
            #expect(other.errors.contains("data.classes"))
            let classes = try Program.run(
                ["train", "cgan", "--out", "run", "--resume", "--steps", "2"], in: place.path)
            #expect(classes.status == 64 && classes.errors.contains("atelier train gan"), "\(classes.errors)")
        }

        @Test(arguments: [
            ("gan", "batch-size=6", "model.training.batchSize", "4", "6"),
            ("cgan", "learning-rate=0.001", "model.training.generatorLearningRate", "0.0007", "0.001"),
            ("classifier", "lr=0.5", "model.learningRate", "0.002", "0.5"),
            ("gan", "precision=bf16", "model.training.precision", "f32", "bf16"),
        ])
        func aChangeIsTakenAndRecorded(
            _ kind: String, _ change: String, _ setting: String, _ old: String, _ new: String
        ) throws {
            let place = try Workplace()
            let training = place.training(kind, steps: 4) + ["--precision", "f32"]
            #expect(try Program.run(training, in: place.path).status == 0)
            let resumed = try Program.run(
                ["train", kind, "--out", "run", "--resume", "--change", change]
                    + (kind == "classifier" ? [] : ["--steps", "5"]), in: place.path)
            #expect(resumed.status == 0, "\(resumed.errors)")
            #expect(resumed.errors.contains("From step 5 on, \(setting) is \(new) (before: \(old))"))
            #expect(resumed.errors.contains("no longer bit-exact"))
            let record = try String(decoding: place.bytes("run/config.json"), as: UTF8.self)
            #expect(record.contains("\"setting\" : \"\(setting)\"") && record.contains("\"step\" : 5"))
            let again = try Program.run(["train", kind, "--out", "run", "--resume"], in: place.path)
            #expect(again.status == 0 && !again.errors.contains("bit-exact"), "\(again.errors)")
        }

        @Test func aClassifierGoesOnMeasuring() throws {
            let place = try Workplace()
            #expect(try Program.run(place.training("classifier", out: "knows", steps: 1), in: place.path).status == 0)
            let measuring = ["--classifier", "knows", "--evaluate-every", "2", "--evaluate-count", "10"]
            #expect(try Program.run(place.training("gan", steps: 2) + measuring, in: place.path).status == 0)
            let resumed = try Program.run(
                ["train", "gan", "--out", "run", "--resume", "--steps", "4"] + measuring, in: place.path)
            #expect(resumed.status == 0 && resumed.errors.contains("step 4: frechet"), "\(resumed.errors)")
            // What measured the run is remembered.
            let bare = try Program.run(["train", "gan", "--out", "run", "--resume", "--steps", "6"], in: place.path)
            #expect(bare.status == 0 && bare.errors.contains("step 6: frechet"), "\(bare.errors)")
        }

        @Test func changesThatCannotBeAreRefused() throws {
            let place = try Workplace()
            #expect(try Program.run(place.training("gan", steps: 1), in: place.path).status == 0)
            for change in [
                "batch-size", "batch-size=0", "batch-size=x", "lr=-1", "data=x", "beta1=0.5", "precision=f8", "",
            ] {
                let result = try Program.run(
                    ["train", "gan", "--out", "run", "--resume", "--change", change], in: place.path)
                #expect(result.status == 64, "\(change): \(result.errors)")
            }
            let fresh = try Program.run(
                place.training("gan", out: "new", steps: 1) + ["--change", "data"], in: place.path)
            #expect(fresh.status == 64 && fresh.errors.contains("--resume"))
            let flag = try Program.run(
                ["train", "gan", "--out", "run", "--resume", "--batch-size", "8"], in: place.path)
            #expect(flag.status == 1 && flag.errors.contains("--change batch-size=N"))
            let huge = try Program.run(
                place.training("gan", out: "new", steps: 1) + ["--ngf", "9223372036854775807"], in: place.path)
            #expect(huge.status == 64 && huge.errors.contains("generatorWidth"), "\(huge.errors)")
        }
    }
}
