import Engine
import Glibc
import Support

/// /tmp/perf-PID.map: by it `perf` names code that no file holds (tools/perf/Documentation/jit-interface.txt).
final class PerfMap: Sendable {
    private let file: Guarded<Int32>

    /// - Throws: `MachineError` when the file cannot be written.
    init() throws(MachineError) {
        file = Guarded(try createHostFile("/tmp/perf-\(getpid()).map", option: "--perfmap"))
    }

    func add(pc: UInt64, count: Int, at address: UInt64) {
        let line = "\(String(address, radix: 16)) \(String(count, radix: 16)) guest_\(String(pc, radix: 16))\n"
        let bytes = Array(line.utf8)
        file.withLock { _ = write($0, bytes, bytes.count) }
    }
}

/// Who wants to see native code.
final class NativeObservers: NativeObserver {
    private let log: TranslationLog?
    private let map: PerfMap?

    init(log: TranslationLog?, map: PerfMap?) {
        self.log = log
        self.map = map
    }

    func compiled(pc: UInt64, code: [UInt8], at address: UInt64, vcpu: Int) {
        map?.add(pc: pc, count: code.count, at: address)
        log?.compiled(pc: pc, code: code, at: address, vcpu: vcpu)
    }
}
