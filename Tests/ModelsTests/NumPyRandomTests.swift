import Models
import TensorCore
import Testing

/// NumPy's own numbers, as `numpy.random.RandomState(seed).randn(1, 512)` gives them.
@Suite struct NumPyRandomTests {
    private struct Answer {
        let seed: UInt64
        let first: [Double]
        let last: Double
    }

    private static let answers = [
        Answer(
            seed: 0, first: [1.764052345967664, 0.4001572083672233, 0.9787379841057392, 2.240893199201458],
            last: 1.3749640663929898),
        Answer(
            seed: 1, first: [1.6243453636632417, -0.6117564136500754, -0.5281717522634557, -1.0729686221561705],
            last: 0.19686977925029145),
        Answer(
            seed: 7, first: [1.690525703800356, -0.4659373705408328, 0.0328201636785844, 0.40751628299650783],
            last: -1.779308714189156),
        Answer(
            seed: 1000, first: [-0.8044583035248052, 0.3209315470898572, -0.025482880472072204, 0.6443238284268146],
            last: 1.2960051606889136),
        Answer(
            seed: 4_294_967_295,
            first: [0.6484086742306527, 0.6693235306338161, -1.0805437227474493, 0.2845010447986309],
            last: -0.16334506047141822),
        // RandomState([0, 1]) and RandomState([5, 256]).
        Answer(
            seed: 4_294_967_296,
            first: [-0.20099112480098014, -0.946618427814286, 0.040022673264610016, -0.17314402638716433],
            last: -0.008601436594106652),
        Answer(
            seed: 1_099_511_627_781,
            first: [-1.7550206847254668, 0.03322238297380973, 0.057657776719019956, 0.7929750940480939],
            last: -1.1137111188337405),
    ]

    @Test func normalNumbersAreNumPys() {
        for answer in Self.answers {
            var random = NumPyRandom(seed: answer.seed)
            let numbers = (0..<512).map { _ in random.normal() }
            for (found, expected) in zip(numbers.prefix(4) + [numbers[511]], answer.first + [answer.last]) {
                #expect(abs(found - expected) < 1e-14, "seed \(answer.seed)")
            }
        }
    }

    @Test func manyNumbersAreNumPys() {
        var random = NumPyRandom(seed: 7)
        let numbers = (0..<10_500).map { _ in random.normal() }
        #expect(abs(numbers[10_499] - 1.4824066013387642) < 1e-14)
    }

    @Test func bitsAreThoseOfTheTwister() {
        var random = NumPyRandom(seed: 0)
        #expect((0..<3).map { _ in random.bits() } == [2_357_136_044, 2_546_248_239, 3_071_714_933])
    }

    @Test func latentsOfSeedsAreNumPys() {
        let latents = SeededLatents.normal(seeds: [1, 7], size: 512, from: .numpy)
        #expect(latents.shape == [2, 512])
        let values = latents.values
        #expect(values[0] == Float(1.6243453636632417) && values[511] == Float(0.19686977925029145))
        #expect(values[512] == Float(1.690525703800356) && values[1023] == Float(-1.779308714189156))
    }
}
