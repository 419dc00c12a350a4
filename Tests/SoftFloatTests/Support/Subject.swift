import SoftFloat
import Testing

/// Runs an operation and its oracle in the same environment, once with no flags set and once with inexact set already,
/// which is when the fast paths work, and compares results and flags.
func expectSame(
    _ name: @autoclosure () -> String, _ environment: FPEnvironment, _ operands: [UInt64],
    oracle: (inout FPEnvironment) -> UInt64, subject: (inout FPEnvironment) -> UInt64,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    var wanted = environment
    let result = oracle(&wanted)
    for flags: FPStatus in [[], .inexact, [.saturated, .divideByZero]] {
        var found = environment
        found.raise(flags)
        var expected = wanted
        expected.raise(flags)
        let bits = subject(&found)
        guard bits != result || found != expected else { continue }
        let text = operands.map { String($0, radix: 16) }.joined(separator: " ")
        Issue.record(
            """
            \(name()) \(text), control \(environment.control.rawValue), flags \(flags.rawValue): \
            \(String(bits, radix: 16)) \(found.status.rawValue), \
            wanted \(String(result, radix: 16)) \(expected.status.rawValue)
            """, sourceLocation: sourceLocation)
    }
}

/// A format under test and the same for the oracle.
protocol Tested: BinaryFormat { static var oracle: Oracle { get } }
extension Binary16: Tested { static var oracle: Oracle { .half } }
extension Binary32: Tested { static var oracle: Oracle { .single } }
extension Binary64: Tested { static var oracle: Oracle { .double } }

extension Tested {
    static func bits(of word: UInt64) -> Bits { Bits(truncatingIfNeeded: word) }
}
