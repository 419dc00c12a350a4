import Glibc
import Support

// Closing descriptors, but not the emulator's own.

extension GuestThread {
    private func isOwn(_ descriptor: Int) -> Bool {
        descriptor == process.ownExecutable.withLock { $0.descriptor } || descriptor == process.options.ownLog
    }

    func closeFile(_ x: SyscallArguments) -> Int {
        isOwn(SyscallArguments.int(x.a)) ? -Int(EBADF) : blocking(HostNumber.close.rawValue, x)
    }

    /// close_range(2), in the parts that leave ours open.
    func closeRange(_ x: SyscallArguments) -> Int {
        var first = x.a & 0xffff_ffff
        let last = x.b & 0xffff_ffff
        guard first <= last else { return -Int(EINVAL) }
        let kept = [process.ownExecutable.withLock { $0.descriptor }, process.options.ownLog].compactMap(\.self)
        for descriptor in kept.sorted().map(UInt64.init) where (first...last).contains(descriptor) {
            if descriptor > first {
                let result = blocking(436, Int(first), Int(descriptor) - 1, SyscallArguments.int(x.c), 0, 0, 0)
                if result < 0 { return result }
            }
            if descriptor == last { return 0 }
            first = descriptor + 1
        }

        return blocking(436, Int(first), Int(last), SyscallArguments.int(x.c), 0, 0, 0)
    }
}
