import Engine
import Glibc
import Guest
import GuestA64
import Memory
import Support

/// The memory of a program: guest addresses are host addresses.
///
/// The lowest part of the host's address space, `window`, is reserved for the guest at the start; the emulator's own
/// memory lies above. Guest instructions go through the software TLB, which is filled from `regions` here and so never
/// leads outside; native code accesses any address below `limit`, and what the host's page tables forbid there becomes a
/// fault of the guest's (`SignalArea`), so the host protects each page as the guest wants it protected. Pointers that system
/// calls hand to the host's kernel are checked against the window. Between mappings the window is reserved without access, so
/// that nothing of the emulator's is ever placed there; nor is anything mapped between its end and `limit`.
///
/// Two locks. `changes` is held by whoever changes mappings, from the decision to the end of the host's calls; a thread
/// waits for it outside of `running`. `regions` is held for single look-ups and updates, and nothing is waited for under
/// it. When access is taken away, the order is: regions first, then every vCPU's TLB, then the host's mapping.
final class AddressSpace: @unchecked Sendable {
    let window: Range<UInt64>
    /// A power of two that no address of the guest's reaches.
    let limit: UInt64
    let memory: PhysicalMemory
    let changes = ChangeLock()
    let regions = Guarded(Regions())
    let populated: PopulatedPages

    /// The program break: where its area begins, and where it ends now.
    var breakStart: UInt64 = 0
    var breakEnd: UInt64 = 0
    /// New mappings are placed below.
    var mappingTop: UInt64
    /// Attached System V segments: address to size. Under `changes`.
    var segments: [UInt64: UInt64] = [:]

    static let pageMask: UInt64 = 0xfff
    /// The lowest address that a program can map, as Linux has it (`vm.mmap_min_addr`).
    static let lowest: UInt64 = 0x10000
    /// Reserves the window: 64 TiB, or as much as the host gives. nil when it gives nothing of use.
    init?(limit: UInt64? = nil) {
        guard let reserved = Self.reserve(limit: limit), let populated = PopulatedPages() else { return nil }
        window = reserved.lowerBound..<reserved.upperBound - UInt64(NativeOptions.guardBytes)
        guard let memory = PhysicalMemory(identity: window) else { return nil }
        self.limit = reserved.upperBound
        self.populated = populated
        self.memory = memory
        mappingTop = window.upperBound
    }

    private static func reserve(limit: UInt64?) -> Range<UInt64>? {
        for bits in stride(from: UInt64(46), through: 32, by: -1) {
            let range = lowest..<(1 << bits)
            if let limit, range.upperBound > max(limit, 1 << 32) { continue }
            let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | fixedNoReplace
            let result = hostCall(
                .mmap, Int(address: range.lowerBound), Int(range.upperBound - range.lowerBound), Int(PROT_NONE),
                Int(flags), -1)
            if result == Int(address: range.lowerBound) { return range }
            if result > 0 { hostCall(.munmap, result, Int(range.upperBound - range.lowerBound)) }
        }
        return nil
    }

    /// MAP_FIXED_NOREPLACE.
    private static let fixedNoReplace: Int32 = 0x100000

    static func roundUp(_ size: UInt64) -> UInt64 { (size &+ pageMask) & ~pageMask }

    /// An address without its tag, the top byte, which the processor ignores.
    static func untagged(_ address: UInt64) -> UInt64 { address & 0x00ff_ffff_ffff_ffff }

    func contains(_ range: Range<UInt64>) -> Bool {
        range.lowerBound >= window.lowerBound && range.upperBound <= window.upperBound
    }

    // MARK: For the processor

    /// What the software TLB shall know of the page at `address`.
    func translate(_ address: UInt64, _ access: AccessKind) -> Result<PageTranslation, MemoryFaultError> {
        let plain = Self.untagged(address)
        guard let region = regions.withLock({ $0.region(at: plain) }) else {
            return failure(address, access, FaultStatus.translation(level: 3))
        }
        let needed: Protection =
            switch access {
            case .read: .read
            case .write: .write
            case .fetch: .execute
            }
        guard region.protection.isSuperset(of: needed) else {
            return failure(address, access, FaultStatus.permission(level: 3))
        }
        if region.isFile && !populate(plain, access, region) {
            return .failure(MemoryFaultError(MemoryFault(address: address, access: access, cause: .external)))
        }
        return .success(
            PageTranslation(
                physical: plain, readable: region.protection.contains(.read),
                writable: region.protection.contains(.write) && (!region.isFile || access == .write),
                executable: region.protection.contains(.execute), guarded: region.protection.contains(.guarded)))
    }

    private func failure(
        _ address: UInt64, _ access: AccessKind, _ status: UInt32
    ) -> Result<PageTranslation, MemoryFaultError> {
        .failure(MemoryFaultError(MemoryFault(address: address, access: access, cause: .translation(status))))
    }

    /// Makes the host map the page now: behind the end of a file it cannot, and says so instead of raising SIGBUS.
    private func populate(_ address: UInt64, _ access: AccessKind, _ region: Region) -> Bool {
        let page = address & ~Self.pageMask
        let isWrite = access == .write
        if populated.contains(page, forWriting: isWrite) { return true }
        // What is read is read around, as the kernel itself does it; what is written is copied, page by page.
        let around = page & ~(Self.populatedAround - 1)
        let range = max(around, region.start)..<min(around + Self.populatedAround, region.end)
        let wide = isWrite ? page..<page + 4096 : range
        if populate(wide, isWrite) { return true }
        return wide.upperBound - wide.lowerBound > 4096 && populate(page..<page + 4096, isWrite)
    }

    private static let populatedAround: UInt64 = 1 << 16

    private func populate(_ range: Range<UInt64>, _ isWrite: Bool) -> Bool {
        let result = hostCall(
            .madvise, Int(address: range.lowerBound), Int(range.upperBound - range.lowerBound),
            isWrite ? Self.populateWrite : Self.populateRead)
        // Kernels before 5.14 do not know the advice; then the pages are taken to be there.
        guard result == 0 || result == -Int(EINVAL) else { return false }
        for page in stride(from: range.lowerBound, to: range.upperBound, by: 4096) {
            populated.insert(page, forWriting: isWrite)
        }
        return true
    }

    /// MADV_POPULATE_READ and MADV_POPULATE_WRITE.
    private static let populateRead = 22
    private static let populateWrite = 23

    // MARK: For system calls

    /// The bytes at `address` if the program itself could access them.
    func pointer(_ address: UInt64, count: UInt64, _ protection: Protection = .read) -> UnsafeMutableRawPointer? {
        let start = Self.untagged(address)
        guard count < window.upperBound, start < window.upperBound else { return nil }
        if count > 0 && !regions.withLock({ $0.allows(start..<start + count, protection) }) { return nil }
        return UnsafeMutableRawPointer(bitPattern: UInt(start))
    }

    func read<Value: BitwiseCopyable>(_ address: UInt64, as type: Value.Type) -> Value? {
        pointer(address, count: UInt64(MemoryLayout<Value>.size))?.loadUnaligned(as: type)
    }

    func write<Value: BitwiseCopyable>(_ address: UInt64, _ value: Value) -> Bool {
        guard let target = pointer(address, count: UInt64(MemoryLayout<Value>.size), [.read, .write]) else {
            return false
        }
        withUnsafeBytes(of: value) { bytes in
            if let source = bytes.baseAddress { target.copyMemory(from: source, byteCount: bytes.count) }
        }
        return true
    }

    func write(_ address: UInt64, bytes: [UInt8]) -> Bool {
        guard let target = pointer(address, count: UInt64(bytes.count), [.read, .write]) else { return false }
        target.copyMemory(from: bytes, byteCount: bytes.count)
        return true
    }

    /// The bytes at `address` up to a zero, without it, at most `limit`; nil when they cannot be read.
    func string(_ address: UInt64, limit: Int = 1 << 17) -> [UInt8]? {
        var result: [UInt8] = []
        var next = Self.untagged(address)
        while result.count < limit {
            let inPage = 4096 - (next & Self.pageMask)
            guard let bytes = pointer(next, count: inPage) else { return nil }
            let length = strnlen(bytes.assumingMemoryBound(to: CChar.self), Int(inPage))
            result.append(contentsOf: UnsafeRawBufferPointer(start: bytes, count: length))
            if length < Int(inPage) { return result }
            next += inPage
        }
        return nil
    }
}

/// The lock of those who change mappings. Not recursive.
final class ChangeLock: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    init() { pthread_mutex_init(mutex, nil) }
    func lock() { pthread_mutex_lock(mutex) }
    func tryLock() -> Bool { pthread_mutex_trylock(mutex) == 0 }
    func unlock() { pthread_mutex_unlock(mutex) }
}
