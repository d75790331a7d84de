import CPUBackend
import Memory
import TensorCore
import TestSupport
import Testing

/// Tensors without values: what operations return that get no memory.
@Suite struct MissingValuesTests {
    private static let refusal = OutOfMemory(wanted: 100 << 20, setting: "this test", bytes: 20 << 20)

    private func missing(_ shape: Shape) -> Tensor { CPUBackend.standard.missing(shape, .plain, Self.refusal) }

    /// Runs a closure in a job that is expected to fail with the refusal.
    private func failing(_ body: () throws -> Void) {
        #expect(throws: Self.refusal) { try MemoryJob.run(body) }
    }

    @Test func whatIsTooLargeForAnyMachineEndsItsJob() throws {
        let error = #expect(throws: OutOfMemory.self) {
            try MemoryJob.run { _ = Tensor.zeros([1 << 20, 1 << 20, 1 << 10]) }
        }
        #expect(error.map { $0.wanted >= 1 << 52 } == true)
        #expect(try MemoryJob.run { Tensor.ones([3]).sum().item } == 3)
    }

    @Test func everyOperationOnItHasTheRightShapeAndNoValues() {
        failing {
            let x = missing([2, 8, 4, 4])
            let real = Tensor.ones([2, 8, 4, 4])
            for y in [
                -x, x + real, real * x, x.squared(), x.sum(), x.mean(axes: [2, 3]), x.reshaped(to: [2, 128]),
                x.transposed(), x.slice(axis: 2, from: 1, count: 2), Tensor.concatenated([real, x], axis: 1),
                x.softmax(), x.pixelShuffled(by: 2), x.pixelUnshuffled(by: 2),
            ] {
                #expect(!y.storage.hasValues, "\(y.shape)")
            }
            #expect((x + real).shape == [2, 8, 4, 4] && x.pixelShuffled(by: 2).shape == [2, 2, 8, 8])
            #expect(x.sum().item == 0 && x.isFinite && x.values.count == 256)
        }
    }

    @Test func gradientsGoThroughWithoutValues() {
        failing {
            let w = Tensor.ones([4, 3]).requiringGradient()
            let x = missing([5, 4])
            let found = gradients(of: x.matrixProduct(w).squared().sum(), at: [w])
            #expect(found[0]?.shape == [4, 3] && found[0]?.storage.hasValues == false)
        }
    }

    @Test func anOptimizerChangesNothingWithoutAllGradients() throws {
        var parameters = [RunningTensor(.ones([2])), RunningTensor(.ones([3]))]
        var means = [RunningTensor(.zeros([2])), RunningTensor(.zeros([3]))]
        var squares = means
        let step = AdamStep(
            rate: 1, beta1: 0.5, beta2: 0.5, epsilon: 1e-8, weightDecay: 0, isDecoupled: false, corrections: (0.5, 0.5))
        failing {
            CPUBackend.standard.adamStep(
                &parameters, gradients: [.ones([2]), missing([3])], means: &means, squares: &squares, places: [0, 1],
                step)
        }
        #expect(parameters.map(\.value.values) == [[1, 1], [1, 1, 1]])
        #expect((means + squares).allSatisfy { $0.value.values.allSatisfy { $0 == 0 } })
        failing {
            CPUBackend.standard.approach(&parameters, places: [0, 1], [.zeros([2]), missing([3])], decay: 0.5)
        }
        #expect(parameters.map(\.value.values) == [[1, 1], [1, 1, 1]])
    }

    @Test func whatWouldHaveBeenNeededIsCounted() throws {
        failing {
            let x = missing([1 << 20])
            let y = x + x
            #expect(BufferPool.shared.needed >= 8 << 20)
            withExtendedLifetime((x, y)) {}
        }
    }

    @Test func valuesThatWereToBeComputedLaterAreAskedForAgain() throws {
        nonisolated(unsafe) var calls = 0
        let late = Tensor.deferred([4]) { buffer in
            calls += 1
            if calls == 1 { throw Self.refusal }
            buffer.update(repeating: 2)
        }
        failing { _ = late + late }
        #expect(try MemoryJob.run { (late + late).values } == [4, 4, 4, 4])
    }
}
