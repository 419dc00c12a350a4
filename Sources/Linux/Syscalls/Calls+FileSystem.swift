import Glibc
import Support

// Names: directories, links, permissions, attributes, mounts.

extension SyscallTable {
    mutating func defineFileSystem() {
        pass(17, "getcwd", "bl", 79)
        pass(49, "chdir", "p", 80)
        pass(50, "fchdir", "f", 81)
        run(51, "chroot", "p") { thread, x in thread.changeRoot(161, x, "p") }
        pass(33, "mknodat", "fnox", 259)
        pass(34, "mkdirat", "fno", 258)
        pass(35, "unlinkat", "fpx", 263)
        pass(36, "symlinkat", "sfn", 266)
        pass(37, "linkat", "fpfnx", 265)
        pass(38, "renameat", "fpfn", 264)
        pass(276, "renameat2", "fpfnx", 316)
        pass(48, "faccessat", "fpo", 269)
        pass(439, "faccessat2", "fpox", 439)
        pass(52, "fchmod", "fo", 91)
        pass(53, "fchmodat", "fpo", 268)
        pass(54, "fchownat", "fpddx", 260)
        pass(55, "fchown", "fdd", 93)
        run(45, "truncate", "pl") { thread, x in
            defer { thread.space.populated.forgetAll() }
            return thread.pass(76, x, "pl")
        }
        pass(88, "utimensat", "fpbx", 280)
        pass(166, "umask", "o", 95)
        pass(43, "statfs", "pb", 137)
        pass(44, "fstatfs", "fb", 138)
        pass(39, "umount2", "px", 166)
        pass(40, "mount", "snsxb", 165)
        run(41, "pivot_root", "pp") { thread, x in thread.changeRoot(155, x, "pp") }
        pass(5, "setxattr", "psblx", 188)
        pass(6, "lsetxattr", "psblx", 189)
        pass(7, "fsetxattr", "fsblx", 190)
        pass(8, "getxattr", "psbl", 191)
        pass(9, "lgetxattr", "psbl", 192)
        pass(10, "fgetxattr", "fsbl", 193)
        pass(11, "listxattr", "pbl", 194)
        pass(12, "llistxattr", "pbl", 195)
        pass(13, "flistxattr", "fbl", 196)
        pass(14, "removexattr", "ps", 197)
        pass(15, "lremovexattr", "ps", 198)
        pass(16, "fremovexattr", "fs", 199)
        pass(60, "quotactl", "xpdb", 179)
        pass(264, "name_to_handle_at", "fpbbx", 303)
        pass(265, "open_by_handle_at", "fbx", 304)
        pass(452, "fchmodat2", "fpox", 452)
        pass(428, "open_tree", "fpx", 428)
        pass(429, "move_mount", "fpfpx", 429)
        pass(430, "fsopen", "sx", 430)
        pass(431, "fsconfig", "fxsbd", 431)
        pass(432, "fsmount", "fxx", 432)
        pass(433, "fspick", "fpx", 433)
    }
}

extension GuestThread {
    fileprivate func changeRoot(_ host: Int, _ x: SyscallArguments, _ kinds: StaticString) -> Int {
        process.ownExecutable.withLock { $0.keep() }
        return pass(host, x, kinds)
    }
}
