extension CommandLineOptions {
    static let help = """
        usage: emu-aarch64 [options] program [arguments...]
        Runs a program of AArch64 Linux.

          -L PREFIX         root of an arm64 system: paths that exist there are taken from there (QEMU_LD_PREFIX)
          -0 NAME           the program's argv[0]
          -E NAME=VALUE     sets a variable of the program's environment
          -U NAME           removes one
          -cpu MODEL        the processor; -cpu help lists them
          -accel TIER       (or --tier) auto: hot code becomes native; interp: none does; native: nearly all does.
                            Then, to compare: threshold=N, share=PERCENT, background=on|off, regions=off, memory=tlb,
                            code-size=MiB, counts=on, loop=plain, opt=off, fuse=off, link=off, block=N
          -s SIZE           size of the stack, in bytes or with K, M, G
          -R SIZE           size of the program's address space
          -B 0, -p 4096     accepted: there is no other base, no other page size
          -r RELEASE        the kernel release that uname reports (QEMU_UNAME)
          -g PORT           waits for GDB at a TCP port of this machine, or at a socket's path (with a slash)
          -strace           shows every system call (QEMU_STRACE)
          -d ITEMS          logs translations: in_asm, op, op_opt
          -D FILE           writes all that into a file instead of standard error
          --quiet           does not explain on standard error why a program ended abnormally (EMU_QUIET)
          --cache DIR       keeps translations in DIR, from which the program's next runs take them (EMU_CACHE)
          --stats FILE      writes what both tiers did into FILE, as JSON, when the program ends (not for its children)
          --perfmap         writes /tmp/perf-PID.map, which names native code to perf
          --jitdump         writes /tmp/jit-PID.dump, from which perf inject --jit takes native code
          --print-binfmt    the line to register with /proc/sys/fs/binfmt_misc/register
          --version, --help

        """

    /// A line for binfmt_misc: ELF-64, little-endian, executable or shared object, machine 183.
    static var binaryFormat: String {
        let magic = #"\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xb7\x00"#
        let mask = #"\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff"#
        return ":emu-aarch64:M::\(magic):\(mask):\(OwnPath.text):F\n"
    }
}
