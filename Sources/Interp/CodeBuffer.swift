/// Memory for threaded code, filled from the front by one vCPU thread and read by all.
///
/// Blocks stay where they are until every vCPU has stopped and the whole buffer is reset.
package final class CodeBuffer {
    private let base: UnsafeMutablePointer<UInt64>
    private let capacity: Int
    package private(set) var used = 0

    /// `words` 64-bit words; memory is taken from the host only as it is written.
    package init(words: Int) {
        base = .allocate(capacity: words)
        capacity = words
    }

    deinit { base.deallocate() }

    /// Room for `words` more, or nil when the buffer is full.
    func reserve(_ words: Int) -> UnsafeMutablePointer<UInt64>? {
        used + words <= capacity ? base + used : nil
    }

    func commit(_ words: Int) { used += words }

    /// Only while no vCPU runs code of this buffer.
    package func reset() { used = 0 }
}
