import Glibc

/// futex(2): the host's own, because guest addresses are host addresses.
enum FutexOperation {
    private static let operationMask: UInt64 = 0x7f

    /// FUTEX_WAIT, LOCK_PI, WAIT_BITSET, WAIT_REQUEUE_PI and LOCK_PI2 take a timeout; for others the argument is a number.
    static func hasTimeout(_ operation: UInt64) -> Bool { [0, 6, 9, 11, 13].contains(operation & operationMask) }

    /// FUTEX_REQUEUE, CMP_REQUEUE, WAKE_OP, WAIT_REQUEUE_PI and CMP_REQUEUE_PI take a second word.
    static func hasSecondWord(_ operation: UInt64) -> Bool { [3, 4, 5, 11, 12].contains(operation & operationMask) }
}

extension GuestThread {
    /// Arguments that the operation does not have may hold anything.
    func futex(_ x: SyscallArguments) -> Int {
        let limit = space.window.upperBound
        if x.a >= limit { return -Int(EFAULT) }
        if x.d >= limit && FutexOperation.hasTimeout(x.b & 0xffff_ffff) { return -Int(EFAULT) }
        if x.e >= limit && FutexOperation.hasSecondWord(x.b & 0xffff_ffff) { return -Int(EFAULT) }
        return blocking(202, x)
    }
}
