import Glibc
import Support

/// /tmp/jit-PID.dump: native code with its bytes, by which `perf inject --jit` makes files that `perf report` and `perf
/// annotate` can show, and knows what was at an address when (tools/perf/Documentation/jitdump-specification.txt).
///
///     perf record -k mono -e cpu-clock emu-system-aarch64 --jitdump ...
///     perf inject --jit -i perf.data -o perf.jit.data
///     perf report -i perf.jit.data
package final class JITDump: NativeObserver {
    private let state: Guarded<State>

    private struct State {
        let file: ProfileFile
        var records: UInt64 = 0
    }

    /// - Throws: `ProfileFile.Failure` when the file cannot be written.
    package init() throws(ProfileFile.Failure) {
        let path = "/tmp/jit-\(getpid()).dump"
        let file = try ProfileFile(path)
        file.write(Self.header)
        // perf learns of the file by an executable mapping of it, which stays as long as the process.
        let page = mmap(nil, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, file.descriptor, 0)
        guard let page, page != MAP_FAILED else {
            throw ProfileFile.Failure(
                message: "\(path): cannot be mapped executable: \(String(cString: strerror(errno)))")
        }
        state = Guarded(State(file: file))
    }

    package func compiled(pc: UInt64, code: [UInt8], at address: UInt64, vcpu: Int) {
        load("guest_" + String(pc, radix: 16), code, address)
    }

    package func shared(_ name: String, code: [UInt8], at address: UInt64, vcpu: Int) {
        load("emu_" + name, code, address)
    }

    /// "JiTD", version 1, EM_X86_64.
    private static var header: [UInt8] {
        var bytes: [UInt8] = []
        for word: UInt32 in [0x4a69_5444, 1, 40, 62, 0, UInt32(bitPattern: getpid())] { bytes.add(word) }
        bytes.add(HostTime.now)
        bytes.add(0 as UInt64)
        return bytes
    }

    /// JIT_CODE_LOAD: each a function of its own.
    private func load(_ name: String, _ code: [UInt8], _ address: UInt64) {
        state.withLock { state in
            var body: [UInt8] = []
            // All threads see the code: the first stands for them.
            for _ in 0..<2 { body.add(UInt32(bitPattern: getpid())) }
            for word in [address, address, UInt64(code.count), state.records] { body.add(word) }
            body += Array(name.utf8) + [0] + code
            var record: [UInt8] = []
            record.add(0 as UInt32)
            record.add(UInt32(truncatingIfNeeded: 16 + body.count))
            record.add(HostTime.now)
            state.file.write(record + body)
            state.records += 1
        }
    }
}

extension [UInt8] {
    fileprivate mutating func add(_ word: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: word.littleEndian) { append(contentsOf: $0) }
    }
}
