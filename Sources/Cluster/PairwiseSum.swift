/// A sum whose terms are always added in the same way: neighbors first, then neighboring pairs, and so on. A rank that
/// adds a power of two of neighboring terms on its own leaves the bits of the whole sum as they are.
package struct PairwiseSum<Term> {
    /// The sums of 2ⁿ neighboring terms each, ever smaller ones.
    private var partial: [(count: Int, sum: Term)] = []
    private let plus: (Term, Term) -> Term

    /// - Parameter plus: adds two terms; the first one comes before the second.
    package init(_ plus: @escaping (Term, Term) -> Term) { self.plus = plus }

    /// Adds a term.
    package mutating func add(_ term: Term) {
        var (count, sum) = (1, term)
        while let last = partial.last, last.count == count {
            partial.removeLast()
            (count, sum) = (2 * count, plus(last.sum, sum))
        }
        partial.append((count, sum))
    }

    /// The sums that a last term has yet to be added to, the nearest first.
    package var open: [Term] { partial.reversed().map(\.sum) }

    /// The sum of all terms; nil if there are none.
    package var total: Term? {
        let open = open
        return open.first.map { open.dropFirst().reduce($0) { plus($1, $0) } }
    }
}
