import Guest
import IR

/// FPCR and FPSR (Arm ARM C5.2.8, C5.2.10) in `A64State.floatingPoint`.
extension A64Translation {
    /// The fields of FPCR: lowest bit there, lowest bit in the control word, width.
    static let controlFields: [(register: UInt32, control: UInt32, width: UInt32)] = [
        (22, 0, 2),  // RMode
        (24, 2, 1),  // FZ
        (19, 3, 1),  // FZ16
        (25, 4, 1),  // DN
        (26, 5, 1),  // AHP
    ]
    /// QC and the cumulative exception bits.
    static let statusMask: UInt64 = 0x0800_009f

    private mutating func floatingPointCell() -> Value { ir.getState(.i64, A64State.floatingPoint.offset) }

    mutating func floatingPointControl() -> Value {
        let cell = floatingPointCell()
        var register = ir.constant(.i64, 0)
        for field in Self.controlFields where field.register != 19 || has(.halfPrecision) {
            let bits = ir.bitFieldExtract(.i64, cell, low: field.control, width: field.width)
            register = ir.bitFieldInsert(.i64, register, bits, low: field.register, width: field.width)
        }
        return register
    }

    mutating func setFloatingPointControl(_ register: Value) {
        let status = ir.binary(.and, .i64, floatingPointCell(), ir.constant(.i64, 0xffff_ffff_0000_0000))
        var cell = status
        for field in Self.controlFields where field.register != 19 || has(.halfPrecision) {
            let bits = ir.bitFieldExtract(.i64, register, low: field.register, width: field.width)
            cell = ir.bitFieldInsert(.i64, cell, bits, low: field.control, width: field.width)
        }
        ir.setState(.i64, A64State.floatingPoint.offset, cell)
    }

    mutating func floatingPointStatus() -> Value {
        ir.binary(.shiftRightLogical, .i64, floatingPointCell(), ir.constant(.i64, 32))
    }

    mutating func setFloatingPointStatus(_ register: Value) {
        let bits = ir.binary(.and, .i64, register, ir.constant(.i64, Self.statusMask))
        let cell = ir.bitFieldInsert(.i64, floatingPointCell(), bits, low: 32, width: 32)
        ir.setState(.i64, A64State.floatingPoint.offset, cell)
    }
}
