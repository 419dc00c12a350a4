import Guest
import IR

/// Arm ARM D23.2: RNDR and RNDRRS (FEAT_RNG). Both are the host's random numbers, of which there are always some: the flags
/// never say that there is none. Only an EL3 could trap them.
extension SystemRegisterTable {
    mutating func defineRandomNumbers() {
        defineRandomNumber("RNDR", 0)
        defineRandomNumber("RNDRRS", 1)
    }

    private mutating func defineRandomNumber(_ name: StaticString, _ op2: UInt32) {
        define(
            name, 3, 3, 2, 4, op2, .readEverywhere,
            .emitted { t in
                let number = t.callForValue(.randomNumber, .acts)
                t.ir.setState(.flags, A64State.nzcv.offset, t.ir.constant(.flags, 0))
                return number
            }, features: .randomNumbers)
    }
}
