package import Guest
import Support

/// FPCR and FPSR as signal frames hold them.
extension A64User {
    package static func floatingPointControl(_ state: CPUState) -> UInt32 {
        let cell = state[A64State.floatingPoint]
        let word = A64Translation.controlFields.reduce(UInt64(0)) { word, field in
            word.inserting(
                cell.bits(UInt64(field.control), UInt64(field.width)), UInt64(field.register), UInt64(field.width))
        }
        return UInt32(truncatingIfNeeded: word)
    }

    package static func floatingPointStatus(_ state: CPUState) -> UInt32 {
        UInt32(truncatingIfNeeded: state[A64State.floatingPoint] >> 32)
    }

    package static func setFloatingPoint(control: UInt32, status: UInt32, _ state: CPUState) {
        let register = UInt64(control)
        let cell = (UInt64(status) & A64Translation.statusMask) << 32
        state[A64State.floatingPoint] = A64Translation.controlFields.reduce(cell) { cell, field in
            let bits = register.bits(UInt64(field.register), UInt64(field.width))
            return cell.inserting(bits, UInt64(field.control), UInt64(field.width))
        }
        A64.refreshFlags(state)
    }
}
