/// The instructions of the vDSO.
///
/// CLOCK_MONOTONIC is what the program's counter CNTVCT_EL0 counts, in nanoseconds (`LinuxProcess.readTimer`), and
/// CLOCK_REALTIME is a constant away from it until somebody sets the clock. So both are read without leaving translated
/// code: one `mrs`, a division, a store. The constant is in the data page below the library, with the count until which it
/// is to be trusted; later than that, and for all other clocks, the function makes the system call, whose implementation
/// renews the page (`ClockPage`).
///
/// The trampoline has the very instructions by which unwinders know it, behind a `nop` because they look for a call's
/// return address minus one, and no entry in the frame table: the kernel's has none, and one would end the search.
extension VirtualLibrary {
    /// A function of the library: name, and where it is in `code`, in bytes.
    struct Function {
        let name: StaticString
        let range: Range<Int>
    }

    static let functions = [
        Function(name: "__kernel_rt_sigreturn", range: 0x4..<0xc),
        Function(name: "__kernel_clock_gettime", range: 0x10..<0x64),
        Function(name: "__kernel_gettimeofday", range: 0x64..<0xb4),
        Function(name: "__kernel_clock_getres", range: 0xb4..<0xdc),
    ]
    /// The functions that have an entry in the frame table: they save nothing and return to x30.
    static let leaves = 0x10..<0xdc

    /// The code, which is to lie at the image's start plus `codeOffset`: the data page is one page below the start.
    static let code: [UInt32] = [
        0xd503_201f,  // nop
        // __kernel_rt_sigreturn
        0xd280_1168,  // mov x8, #139
        0xd400_0001,  // svc #0
        0xd503_201f,  // nop
        // __kernel_clock_gettime(w0 clock, x1 timespec)
        0x7100_041f,  // cmp w0, #1
        0x5400_0120,  // b.eq monotonic
        0x3500_0200,  // cbnz w0, call
        adr(register: 5, from: 0x1c),  // adr x5, data
        0xa940_1ca6,  // ldp x6, x7, [x5]
        0xd53b_e042,  // mrs x2, cntvct_el0
        0xeb06_005f,  // cmp x2, x6
        0x5400_0162,  // b.hs call
        0x8b07_0042,  // add x2, x2, x7
        0x1400_0002,  // b split
        0xd53b_e042,  // monotonic: mrs x2, cntvct_el0
        0x5299_4003,  // split: mov w3, #0xca00
        0x72a7_7343,  // movk w3, #0x3b9a, lsl #16
        0x9ac3_0844,  // udiv x4, x2, x3
        0x9b03_8885,  // msub x5, x4, x3, x2
        0xa900_1424,  // stp x4, x5, [x1]
        0x5280_0000,  // mov w0, #0
        0xd65f_03c0,  // ret
        0xd280_0e28,  // call: mov x8, #113
        0xd400_0001,  // svc #0
        0xd65f_03c0,  // ret
        // __kernel_gettimeofday(x0 timeval, x1 timezone)
        0xb500_0221,  // cbnz x1, call
        0xb400_01c0,  // cbz x0, done
        adr(register: 5, from: 0x6c),  // adr x5, data
        0xa940_1ca6,  // ldp x6, x7, [x5]
        0xd53b_e042,  // mrs x2, cntvct_el0
        0xeb06_005f,  // cmp x2, x6
        0x5400_0162,  // b.hs call
        0x8b07_0042,  // add x2, x2, x7
        0x5299_4003,  // mov w3, #0xca00
        0x72a7_7343,  // movk w3, #0x3b9a, lsl #16
        0x9ac3_0844,  // udiv x4, x2, x3
        0x9b03_8885,  // msub x5, x4, x3, x2
        0x5280_7d03,  // mov w3, #1000
        0x9ac3_08a5,  // udiv x5, x5, x3
        0xa900_1404,  // stp x4, x5, [x0]
        0x5280_0000,  // done: mov w0, #0
        0xd65f_03c0,  // ret
        0xd280_1528,  // call: mov x8, #169
        0xd400_0001,  // svc #0
        0xd65f_03c0,  // ret
        // __kernel_clock_getres(w0 clock, x1 timespec): 1 ns for the two clocks
        0x7100_041f,  // cmp w0, #1
        0x5400_00c8,  // b.hi call
        0xb400_0061,  // cbz x1, done
        0x5280_0022,  // mov w2, #1
        0xa900_083f,  // stp xzr, x2, [x1]
        0x5280_0000,  // done: mov w0, #0
        0xd65f_03c0,  // ret
        0xd280_0e48,  // call: mov x8, #114
        0xd400_0001,  // svc #0
        0xd65f_03c0,  // ret
    ]

    /// ADR of the data page, by an instruction `offset` bytes into the code (Arm ARM C6.2.12).
    private static func adr(register: UInt32, from offset: Int) -> UInt32 {
        let distance = UInt32(bitPattern: Int32(-(4096 + codeOffset + offset)))
        return 0x1000_0000 | (distance & 3) << 29 | (distance >> 2 & 0x7ffff) << 5 | register
    }
}
