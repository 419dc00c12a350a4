import Glibc
import Support

/// /tmp/perf-PID.map: by it `perf` names code that no file holds (tools/perf/Documentation/jit-interface.txt). Of code that
/// has been thrown away the lines stay; `JITDump` knows when what was where.
package final class PerfMap: NativeObserver {
    private let file: Guarded<ProfileFile>

    /// - Throws: `ProfileFile.Failure` when the file cannot be written.
    package init() throws(ProfileFile.Failure) {
        file = Guarded(try ProfileFile("/tmp/perf-\(getpid()).map"))
    }

    package func compiled(pc: UInt64, code: [UInt8], at address: UInt64, vcpu: Int) {
        add("guest_" + String(pc, radix: 16), code.count, address)
    }

    package func shared(_ name: String, code: [UInt8], at address: UInt64, vcpu: Int) {
        add("emu_" + name, code.count, address)
    }

    private func add(_ name: String, _ count: Int, _ address: UInt64) {
        let line = "\(String(address, radix: 16)) \(String(count, radix: 16)) \(name)\n"
        file.withLock { $0.write(Array(line.utf8)) }
    }
}
