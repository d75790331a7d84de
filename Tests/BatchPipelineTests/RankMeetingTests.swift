import Cluster
import Foundation
import Synchronization
import Testing

@testable import BatchPipeline

@Suite struct RankMeetingTests {
    private let folder = FileManager.default.temporaryDirectory.path + "/meeting-\(UUID().uuidString)"

    private var files: [String] { (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] }

    init() throws { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) }

    @Test func whoHasFailedWaitsForTheOthers() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let first = try #require(RankMeeting(Rank(index: 0, count: 2, job: "a"), folder: folder))
        let second = try #require(RankMeeting(Rank(index: 1, count: 2, job: "a"), folder: folder))
        let asked = Atomic<Int>(0)
        first.leave(waiting: true) { asked.add(1, ordering: .relaxed).newValue == 3 }
        #expect(asked.load(ordering: .relaxed) == 3 && files.count == 1)
        second.leave(waiting: false) { false }
        #expect(files.isEmpty)
        first.leave(waiting: true) {
            Issue.record("there is nobody to wait for")
            return true
        }
    }

    @Test func nobodyIsWaitedForBeforeAllHaveBegun() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let rank = try #require(RankMeeting(Rank(index: 0, count: 2, job: "a"), folder: folder))
        rank.leave(waiting: false) { false }
        #expect(files.count == 1)
        let late = try #require(RankMeeting(Rank(index: 1, count: 2, job: "a"), folder: folder))
        late.leave(waiting: true) { false }
        #expect(files.isEmpty)
    }

    @Test func otherEnginesNeedNoMeeting() {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        #expect(RankMeeting(Rank(index: 0, count: 2), folder: folder) == nil)
        #expect(RankMeeting(Rank(index: 0, count: 1, job: "a"), folder: folder) == nil)
        #expect(RankMeeting(Rank(index: 0, count: 2, job: "a"), folder: folder + "/missing") == nil)
        #expect(files.isEmpty)
    }
}
