import Glibc
import Synchronization

/// The C library's header for it is not visible to Swift.
@_extern(c, "memfd_create") private func createMemoryFile(_ name: UnsafePointer<CChar>, _ flags: UInt32) -> Int32

/// Memory for machine code, mapped twice: one view is written, the other executed, and neither can do both.
///
/// Divided into slices of equal size, one for each thread that compiles, so that they fill theirs without a lock. Code is not moved or
/// freed until every vCPU has stopped.
package final class CodeMemory: @unchecked Sendable {
    private let writable: UnsafeMutableRawPointer
    private let executable: UnsafeMutableRawPointer
    package let size: Int
    /// Of each slice, the bytes that have been written. Their owners' words, read while they stand still.
    private let filled: UnsafeMutablePointer<Int>
    private static let mostSlices = 4096

    /// nil when the host gives no memory that can be executed.
    package init?(size: Int) {
        guard let file = Self.anonymousFile() else { return nil }
        defer { close(file) }
        guard ftruncate(file, size) == 0,
            let writable = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0), writable != MAP_FAILED
        else { return nil }
        guard let executable = mmap(nil, size, PROT_READ | PROT_EXEC, MAP_SHARED, file, 0), executable != MAP_FAILED
        else {
            munmap(writable, size)
            return nil
        }
        filled = .allocate(capacity: Self.mostSlices)
        filled.initialize(repeating: 0, count: Self.mostSlices)
        self.writable = writable
        self.executable = executable
        self.size = size
    }

    /// A file without a name that both views map; nil when the host has none.
    private static func anonymousFile() -> Int32? {
        let closeOnExec: UInt32 = 1
        let file = createMemoryFile("emulator-code", closeOnExec)
        return file >= 0 ? file : nil
    }

    deinit {
        munmap(writable, size)
        munmap(executable, size)
        filled.deallocate()
    }

    // MARK: fork

    // Both views are shared mappings, which a fork does not copy: parent and child would write each other's code. So the
    // parent makes a copy before it forks, and the child puts it in the place of both views.

    /// A file with the same content; nil when the host has no memory or descriptor for it. Only while nobody writes.
    package func duplicate() -> Int32? {
        guard let copy = Self.anonymousFile() else { return nil }
        guard ftruncate(copy, size) == 0, copyContent(to: copy) else {
            close(copy)
            return nil
        }
        return copy
    }

    private func copyContent(to copy: Int32) -> Bool {
        for index in 0..<min(taken.load(ordering: .relaxed), Self.mostSlices) {
            var done = 0
            while done < filled[index] {
                let place = index * sliceBytes.load(ordering: .relaxed) + done
                let count = pwrite(copy, writable + place, filled[index] - done, place)
                if count <= 0 { return false }
                done += count
            }
        }
        return true
    }

    /// In the child of a fork: goes on with `copy`, made by `duplicate` before; false when the host refuses.
    package func adopt(_ copy: Int32) -> Bool {
        let flags = MAP_SHARED | MAP_FIXED
        guard mmap(writable, size, PROT_READ | PROT_WRITE, flags, copy, 0) == writable,
            mmap(executable, size, PROT_READ | PROT_EXEC, flags, copy, 0) == executable
        else { return false }
        close(copy)
        return true
    }

    private let taken = Atomic<Int>(0)
    private let sliceBytes = Atomic<Int>(0)

    /// A slice of `bytes`, a multiple of 4096 and the same for all, that nobody had before; nil when there is none left.
    package func takeSlice(bytes: Int) -> CodeSlice? {
        let index = taken.wrappingAdd(1, ordering: .relaxed).oldValue
        guard (index + 1) * bytes <= size, index < Self.mostSlices else { return nil }
        sliceBytes.store(bytes, ordering: .relaxed)
        return CodeSlice(
            writable: UnsafeMutableRawBufferPointer(start: writable + index * bytes, count: bytes),
            origin: UInt64(UInt(bitPattern: executable + index * bytes)), filled: filled + index)
    }

    /// All of the view that is executed.
    package var executableView: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: executable, count: size) }

    /// The writable view of the code at host address `address`; nil when there is none of ours.
    private func writableView(_ address: UInt64) -> UnsafeMutableRawPointer? {
        let offset = address &- UInt64(UInt(bitPattern: executable))
        return offset < UInt64(size) ? writable + Int(offset) : nil
    }

    /// Makes the jump whose displacement is at `site` lead to `target`. Threads may be running it: the four bytes lie
    /// within eight aligned ones, so that they see the old jump or the new one.
    package func link(site: UInt64, to target: UInt64) {
        guard let view = writableView(site) else { return }
        let distance = Int32(truncatingIfNeeded: Int64(bitPattern: target &- (site &+ 4)))
        view.storeBytes(of: distance, as: Int32.self)
    }

    /// Makes every later entry at `entry`, which begins with five bytes of no-operation on an 8-byte boundary, go on at
    /// `target` instead.
    package func divert(entry: UInt64, to target: UInt64) {
        guard let view = writableView(entry) else { return }
        let cell = view.assumingMemoryBound(to: Atomic<UInt64>.self)
        let old = cell.pointee.load(ordering: .relaxed)
        let distance = UInt64(UInt32(truncatingIfNeeded: Int64(bitPattern: target &- (entry &+ 5))))
        cell.pointee.store(old & 0xffff_ff00_0000_0000 | distance << 8 | 0xe9, ordering: .sequentiallyConsistent)
    }

    /// The `count` bytes of code at `address`.
    package func bytes(at address: UInt64, count: Int) -> [UInt8] {
        guard let view = writableView(address) else { return [] }
        return Array(UnsafeRawBufferPointer(start: view, count: count))
    }
}

/// The part of a `CodeMemory` that one thread fills.
package struct CodeSlice: @unchecked Sendable {
    let writable: UnsafeMutableRawBufferPointer
    let origin: UInt64
    /// Where it is kept how far the slice was ever filled.
    let filled: UnsafeMutablePointer<Int>
    var used = 0 { didSet { filled.pointee = max(filled.pointee, used) } }

    /// The rest, and where it will run.
    var rest: (memory: UnsafeMutableRawBufferPointer, origin: UInt64) {
        (UnsafeMutableRawBufferPointer(rebasing: writable[used...]), origin &+ UInt64(used))
    }
}
