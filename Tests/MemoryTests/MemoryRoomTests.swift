import Foundation
import Memory
import TestSupport
import Testing

/// What control groups leave to a process, from folders that look like those of the system.
@Suite struct MemoryRoomTests {
    private let folder = FileManager.default.temporaryDirectory.path + "/memory-room-\(UUID().uuidString)"

    private func write(_ path: String, _ text: String) throws {
        let file = folder + "/" + path
        let parent = (file as NSString).deletingLastPathComponent
        try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(fileURLWithPath: file))
    }

    private func room(_ groups: String) throws -> MemoryRoom {
        try write("groups", groups)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        return MemoryRoom(groups: folder + "/groups", mount: folder + "/mount")
    }

    @Test func theSecondGenerationCountsFilesAsFree() throws {
        try write("mount/jobs/one/memory.max", "314572800\n")
        try write("mount/jobs/one/memory.current", "209715200\n")
        try write("mount/jobs/one/memory.stat", "anon 1\nfile 60000000\ninactive_file 40000000\nactive_file 10485760\n")
        try write("mount/jobs/memory.max", "max\n")
        #expect(try room("0::/jobs/one\n").bytes == 314_572_800 - 209_715_200 + 50_485_760)
    }

    @Test func theTightestGroupOnTheWayUpCounts() throws {
        try write("mount/jobs/one/memory.max", "max\n")
        try write("mount/jobs/memory.max", "1000000\n")
        try write("mount/jobs/memory.current", "400000\n")
        try write("mount/memory.max", "5000000\n")
        try write("mount/memory.current", "4900000\n")
        #expect(try room("0::/jobs/one\n").bytes == 100_000)
    }

    @Test func theFirstGenerationIsRead() throws {
        try write("mount/memory/box/memory.limit_in_bytes", "300000000\n")
        try write("mount/memory/box/memory.usage_in_bytes", "310000000\n")
        try write("mount/memory/box/memory.stat", "cache 5\ninactive_file 7\ntotal_inactive_file 30000000\n")
        #expect(try room("5:cpuset:/\n4:memory:/box\n0::/\n").bytes == 20_000_000)
    }

    /// As containerd names groups below systemd.
    @Test(arguments: ["0::/pod.slice:cri-containerd:01ab\n", "4:cpu,memory:/pod.slice:cri-containerd:01ab\n"])
    func pathsMayHaveColons(groups: String) throws {
        let top = groups.hasPrefix("0") ? "mount/" : "mount/memory/"
        let names = groups.hasPrefix("0") ? ("max", "current") : ("limit_in_bytes", "usage_in_bytes")
        try write(top + "pod.slice:cri-containerd:01ab/memory.\(names.0)", "1000\n")
        try write(top + "pod.slice:cri-containerd:01ab/memory.\(names.1)", "400\n")
        #expect(try room(groups).bytes == 600)
    }

    @Test func otherControllersAreNotThatOfMemory() throws {
        try write("mount/memory/memory.limit_in_bytes", "1000\n")
        try write("mount/memory/memory.usage_in_bytes", "900\n")
        #expect(try room("4:cpu,memory_other:/:memory:/x\n").bytes == nil)
    }

    @Test func aContainerSeesItsOwnGroupAsTheRoot() throws {
        try write("mount/memory/memory.limit_in_bytes", "1000\n")
        try write("mount/memory/memory.usage_in_bytes", "900\n")
        #expect(try room("4:memory:/docker/0123456789abcdef\n").bytes == 100)
    }

    @Test(arguments: ["", "0::/\n", "4:memory:/\n", "nonsense\n", "0::", "4:memory:relative\n"])
    func withoutALimitThereIsNone(groups: String) throws {
        try write("mount/memory/memory.limit_in_bytes", "9223372036854771712\n")
        #expect(try room(groups).bytes == nil)
    }

    @Test func whatDoesNotFitIsRefusedWithFigures() throws {
        try write("mount/memory.max", "314572800\n")
        try write("mount/memory.current", "304087040\n")
        let room = try room("0::/\n")
        try room.check(10 << 20)
        #expect {
            try room.check(700 << 20)
        } throws: { error in
            let refusal = error as? OutOfMemory
            return refusal?.wanted == 700 << 20 && refusal?.available == 10 << 20 && refusal?.limit == .controlGroup
                && "\(error)"
                    == "700 MB of memory are needed, and 10 MB are left of 300 MB that its control group may use"
        }
    }
}
