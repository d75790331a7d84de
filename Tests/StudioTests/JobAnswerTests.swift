import Foundation
import ImageFiles
import Synchronization
import Testing

@testable import Studio

@Suite struct JobAnswerTests {
    @Test func upscalingIsAJobWithProgressAndAResult() async throws {
        let answers = try Answers()
        let answer = await answers.ask(
            "POST", "/api/upscale?model=photo-x2&name=my%20ring.jpg", try Answers.drawing(side: 24), type: "image/png")
        #expect(answer.status == .accepted)
        let id = try #require(answer.json()["id"] as? String)
        #expect(answer.field("Location") == "/api/jobs/\(id)")
        let events = try await answers.ask("GET", "/api/jobs/\(id)/events").events()
        #expect(events.last?.value["state"] as? String == "done")
        let result = await answers.ask("GET", "/api/jobs/\(id)/result")
        #expect(try result.image().width == 48)
        #expect(result.field("Content-Disposition")?.contains("my%20ring%2Dphoto%2Dx2%2Epng") == true)
        #expect(try await answers.ask("GET", "/api/jobs/\(id)").json()["width"] as? Int == 48)
        #expect(await answers.ask("DELETE", "/api/jobs/\(id)").status == .noContent)
        #expect(await answers.ask("GET", "/api/jobs/\(id)/result").status == .notFound)
    }

    @Test func whatCannotBeUpscaledSaysSoInItsResult() async throws {
        let answers = try Answers()
        let answer = await answers.ask("POST", "/api/upscale?model=photo-x2", Array("no image".utf8))
        let id = try #require(answer.json()["id"] as? String)
        let events = try await answers.ask("GET", "/api/jobs/\(id)/events").events()
        #expect(events.last?.value["state"] as? String == "failed")
        let refused = await answers.ask("GET", "/api/jobs/\(id)/result")
        #expect(refused.status == .conflict && refused.code == "not-an-image")
    }

    @Test func aLaneRefusesWhatItHasNoRoomFor() async throws {
        let lane = JobLane("test", capacity: 1)
        let (gate, begun) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        async let running: Int = lane.run(timeLimit: 60) { _ in
            begun.signal()
            gate.wait()
            return 1
        }
        await Self.wait(for: begun)
        async let waiting: Int = lane.run(timeLimit: 60) { _ in 2 }
        while lane.load < 2 { await Task.yield() }
        await #expect(throws: Refusal.self) { try await lane.run(timeLimit: 60) { _ in 3 } }
        gate.signal()
        #expect(try await running == 1)
        #expect(try await waiting == 2)
    }

    @Test func aNewerJobOfAKeyReplacesTheOthers() async throws {
        let lane = JobLane("test", capacity: 4)
        let begun = DispatchSemaphore(value: 0)
        let first = Task {
            try await lane.run(key: "hand", timeLimit: 60) { job -> Int in
                begun.signal()
                while !job.isCanceled { usleep(1000) }
                throw CancellationError()
            }
        }
        await Self.wait(for: begun)
        #expect(try await lane.run(key: "hand", timeLimit: 60) { _ in 2 } == 2)
        let refusal = await #expect(throws: Refusal.self) { try await first.value }
        #expect(refusal?.status == .conflict)
    }

    @Test func aJobThatTakesTooLongIsStopped() async throws {
        let lane = JobLane("test", capacity: 4)
        let refusal = await #expect(throws: Refusal.self) {
            try await lane.run(timeLimit: 0.01) { job in
                while true {
                    try job.checkCanceled()
                    usleep(1000)
                }
            }
        }
        #expect(refusal?.status == .unavailable)
        #expect(refusal?.retryAfter != nil)
    }

    @Test func aJobThatNobodyWaitsForStops() async throws {
        let lane = JobLane("test", capacity: 4)
        let begun = DispatchSemaphore(value: 0)
        let task = Task {
            try await lane.run(timeLimit: 60) { job -> Int in
                begun.signal()
                while !job.isCanceled { usleep(1000) }
                throw CancellationError()
            }
        }
        await Self.wait(for: begun)
        task.cancel()
        await #expect(throws: Refusal.self) { try await task.value }
        #expect(try await lane.run(timeLimit: 60) { _ in 5 } == 5)
    }

    @Test func resultsGoWhenThereIsNoRoom() {
        let store = JobStore(mostJobs: 8, mostBytes: 100)
        let jobs = (0..<3).map { _ in Job(timeLimit: 1) }
        for job in jobs {
            store.add(job, title: "a")
            store.keep(JobStore.Result(type: "image/png", bytes: [UInt8](repeating: 0, count: 60), facts: [:]), of: job)
        }
        #expect(store.all.count == 1)
        #expect(store[jobs[2].id] != nil)
    }

    /// Waits without holding a thread of the pool.
    private static func wait(for semaphore: DispatchSemaphore) async {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                semaphore.wait()
                continuation.resume()
            }
        }
    }
}
