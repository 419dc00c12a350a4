/// A proposition about a final state.
package indirect enum Condition: Sendable, Equatable {
    case constant(Bool)
    case equal(Observable, LitmusValue)
    case not(Condition)
    case and(Condition, Condition)
    case or(Condition, Condition)
    case implies(Condition, Condition)

    /// Whether it holds when `value` tells what each observable is.
    package func holds(_ isEqual: (Observable, LitmusValue) -> Bool) -> Bool {
        switch self {
        case .constant(let value): value
        case .equal(let observable, let value): isEqual(observable, value)
        case .not(let condition): !condition.holds(isEqual)
        case .and(let left, let right): left.holds(isEqual) && right.holds(isEqual)
        case .or(let left, let right): left.holds(isEqual) || right.holds(isEqual)
        case .implies(let left, let right): !left.holds(isEqual) || right.holds(isEqual)
        }
    }

    /// Its comparisons.
    package var atoms: [(observable: Observable, value: LitmusValue)] {
        switch self {
        case .constant: []
        case .equal(let observable, let value): [(observable, value)]
        case .not(let condition): condition.atoms
        case .and(let left, let right), .or(let left, let right), .implies(let left, let right):
            left.atoms + right.atoms
        }
    }
}
