import IR

/// Addresses of loads and stores: [(x + k) + offset] = [x + (k + offset)], as long as the sum fits the 32-bit
/// displacement of a back end. The exclusive and atomic operations have no offset in any guest; they keep their base.
extension ForwardSweep {
    mutating func foldAddress() {
        while let (base, addend) = addOfConstant(op.a) {
            let offset = op.imm &+ addend
            guard Int32(exactly: Int64(bitPattern: offset)) != nil else { return }
            op.a = base
            op.imm = offset
        }
    }
}
