import Engine
import Glibc

extension LinuxProcess {
    /// `--stats`: what the vCPUs did, as JSON of schema `emu-stats-1`, when the program that was asked about ends; `caller`
    /// runs the thread that ends it.
    func writeStatistics(for caller: Processor) {
        guard let path = options.statistics, getpid() == firstProcess else { return }
        var text = ""
        group.stopTheWorld(from: caller) { text = statistics }
        let bytes = Array(text.utf8)
        let file = (path + [0]).withUnsafeBufferPointer { name in
            name.withMemoryRebound(to: CChar.self) { text in
                text.baseAddress.map { open($0, O_WRONLY | O_CREAT | O_TRUNC, 0o666) } ?? -1
            }
        }
        guard file >= 0, Glibc.write(file, bytes, bytes.count) == bytes.count else {
            let reason = String(cString: strerror(errno))
            return StandardError.write("emu-aarch64: --stats \(String(decoding: path, as: UTF8.self)): \(reason)\n")
        }
        close(file)
    }

    /// While no vCPU runs.
    private var statistics: String {
        let vcpus = group.processors
        let fields = [
            "\"schema\": \"emu-stats-1\"", "\"end\": \"exit\"",
            "\"guest_insns\": \(vcpus.reduce(0) { $0 &+ $1.guestInstructions })",
            "\"tiers\": {\n    \(TierStatistics(vcpus).fields.joined(separator: ",\n    "))\n  }",
        ]
        return "{\n  " + fields.joined(separator: ",\n  ") + "\n}\n"
    }
}
