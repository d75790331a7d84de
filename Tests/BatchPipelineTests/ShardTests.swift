import BatchPipeline
import Testing

@testable import Cluster

@Suite struct ShardTests {
    @Test func aShareIsCountedFromOne() {
        #expect(Shard("3/16") == Shard(index: 2, count: 16))
        #expect(Shard("1/1") == .all)
        for text in ["0/4", "5/4", "3", "3/", "/3", "a/b", "1/2/3", "-1/2", "1/9999999999999999999", ""] {
            #expect(Shard(text) == nil, "\(text)")
        }
    }

    @Test func everyItemBelongsToOneShareAndSharesAreEven() {
        let weights = (0..<1000).map { ($0 * 7919) % 100_003 + ($0 % 50 == 0 ? 3_000_000 : 0) }
        let shares = Shard.shares(of: weights, count: 7)
        var totals = [Int](repeating: 0, count: 7)
        for (share, weight) in zip(shares, weights) { totals[share] += weight }
        #expect(totals.allSatisfy { $0 > 0 })
        #expect((totals.max() ?? 0) - (totals.min() ?? 0) < totals.reduce(0, +) / 7 / 20)
        #expect(Shard.shares(of: weights, count: 7) == shares)
    }

    @Test func smallerSetsThanShares() {
        #expect(Shard.shares(of: [5, 9], count: 4) == [1, 0])
        #expect(Shard.shares(of: [], count: 4).isEmpty)
        #expect(Shard.shares(of: [0, 0, 0], count: 1) == [0, 0, 0])
    }

    @Test func ranksWithinAShare() {
        #expect(Shard(index: 2, count: 3).divided(into: Shard(index: 1, count: 4)) == Shard(index: 9, count: 12))
    }

    @Test func ranksOfClusterEngines() {
        #expect(Rank(environment: [:]) == .alone)
        #expect(
            Rank(environment: ["OMPI_COMM_WORLD_RANK": "2", "OMPI_COMM_WORLD_SIZE": "4"])
                == Rank(index: 2, count: 4, job: nil, engine: .openMPI))
        #expect(
            Rank(environment: ["PMI_RANK": "0", "PMI_SIZE": "3"]) == Rank(index: 0, count: 3, job: nil, engine: .mpich))
        let open = ["OMPI_COMM_WORLD_RANK": "1", "OMPI_COMM_WORLD_SIZE": "4", "PMIX_NAMESPACE": "prterun-a-7@1"]
        #expect(Rank(environment: open) == Rank(index: 1, count: 4, job: "prterun-a-7@1", engine: .openMPI))
        #expect(Rank(environment: ["PMI_RANK": "0", "PMI_SIZE": "3", "PMIX_NAMESPACE": "7"]).job == nil)
        #expect(
            Rank(environment: ["SLURM_PROCID": "5", "SLURM_NTASKS": "8"])
                == Rank(index: 5, count: 8, job: nil, engine: .slurm))
        let step = ["SLURM_JOB_ID": "1", "SLURM_STEP_ID": "0", "SLURM_PROCID": "1", "SLURM_NTASKS": "8"]
        #expect(Rank(environment: step) == Rank(index: 1, count: 8, job: nil, engine: .slurm))
        #expect(
            Rank(environment: step.merging(["SLURM_STEP_NUM_TASKS": "2"]) { $1 })
                == Rank(index: 1, count: 2, job: nil, engine: .slurm))
        // The script of a job is one process, whatever it was given to start.
        #expect(Rank(environment: ["SLURM_JOB_ID": "1", "SLURM_PROCID": "0", "SLURM_NTASKS": "8"]) == .alone)
        for broken in [("4", "4"), ("-1", "4"), ("x", "4"), ("0", "0")] {
            let environment = ["OMPI_COMM_WORLD_RANK": broken.0, "OMPI_COMM_WORLD_SIZE": broken.1]
            #expect(Rank(environment: environment) == .alone)
        }
    }
}
