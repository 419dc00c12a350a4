/// One walk over a block.
package enum Pass: Equatable, Sendable {
    /// First to last operation: everything that only needs to know what came before.
    case forward(ForwardSteps)
    /// Last to first: drops what nothing later needs, then closes the gaps.
    case removeDead(DeadKinds)
}

/// What a forward walk does to each operation. They share one walk because each finds work for the others: a forwarded
/// register makes an operand constant, which makes a condition constant, which makes the next register constant.
package struct ForwardSteps: OptionSet, Sendable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }
    /// Constants, copies and the algebraic rules of `Rules/`.
    package static let rules = ForwardSteps(rawValue: 1)
    /// A register that the block has already read or written is not read again.
    package static let state = ForwardSteps(rawValue: 2)
    /// The same pure operation on the same operands is computed once.
    package static let numbering = ForwardSteps(rawValue: 4)
    package static let fences = ForwardSteps(rawValue: 8)
    package static let all: ForwardSteps = [.rules, .state, .numbering, .fences]
}

package struct DeadKinds: OptionSet, Sendable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }
    /// Pure operations whose result nobody uses.
    package static let code = DeadKinds(rawValue: 1)
    /// Writes of registers and flags that are overwritten before anybody can see them.
    package static let state = DeadKinds(rawValue: 2)
    package static let all: DeadKinds = [.code, .state]
}

/// Which passes run, in which order.
package enum Pipeline {
    /// One walk each way: the optimiser runs for every block that is ever executed, and has about as much time as the
    /// decoder.
    package static let standard: [Pass] = [.forward(.all), .removeDead(.all)]
    package static let none: [Pass] = []
}
