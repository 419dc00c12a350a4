import Glibc

/// Where this executable is.
enum OwnPath {
    static var text: String {
        guard let path = realpath("/proc/self/exe", nil) else { return "/usr/bin/emu-aarch64" }
        defer { free(path) }
        return String(cString: path)
    }
}
