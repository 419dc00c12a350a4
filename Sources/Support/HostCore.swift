// glibc has these two for _GNU_SOURCE only, which Swift's view of it does not define.
@_extern(c, "sched_getaffinity") private func hostGetAffinity(
    _ thread: Int32, _ size: Int, _ mask: UnsafeMutableRawPointer
) -> Int32
@_extern(c, "sched_setaffinity") private func hostSetAffinity(
    _ thread: Int32, _ size: Int, _ mask: UnsafeRawPointer
) -> Int32

/// A core of the host, to which a thread can be bound.
package enum HostCore {
    /// Words of a set of cores: 1024 of them, glibc's `cpu_set_t`.
    private static let words = 16

    /// Binds the calling thread to the `index`-th of the cores that it may use, counted round. A host that refuses
    /// leaves it where it is.
    package static func bind(to index: Int) {
        let cores = allowed
        guard !cores.isEmpty else { return }
        let core = cores[index % cores.count]
        var wanted = [UInt64](repeating: 0, count: words)
        wanted[core / 64] = 1 << UInt64(core % 64)
        set(wanted)
    }

    /// The cores that the process may use, as of the first question.
    private static let usable = allowed
    package static var usableCount: Int { max(usable.count, 1) }

    /// Lets the calling thread run on all of them, whatever whoever made it is bound to.
    package static func useAll() {
        if usable.isEmpty || usable == allowed { return }
        var wanted = [UInt64](repeating: 0, count: words)
        for core in usable { wanted[core / 64] |= 1 << UInt64(core % 64) }
        set(wanted)
    }

    private static func set(_ wanted: [UInt64]) {
        _ = wanted.withUnsafeBytes { bytes in bytes.baseAddress.map { hostSetAffinity(0, words * 8, $0) } }
    }

    /// How many cores the calling thread may use, at least 1: thread i of a machine that binds is on core i modulo this.
    package static var count: Int { max(allowed.count, 1) }

    /// The cores that the calling thread may use; none where the host does not say.
    private static var allowed: [Int] {
        var mask = [UInt64](repeating: 0, count: words)
        let result = mask.withUnsafeMutableBytes { bytes in
            bytes.baseAddress.map { hostGetAffinity(0, words * 8, $0) } ?? -1
        }
        return result == 0 ? (0..<64 * words).filter { mask[$0 / 64] >> UInt64($0 % 64) & 1 == 1 } : []
    }
}
