import Guest
import GuestA64
import IR

/// The frame that a signal handler of an AArch64 program finds on its stack: `struct rt_sigframe`
/// (arch/arm64/kernel/signal.c, `uapi/asm/sigcontext.h`).
///
///     0     siginfo                        128 bytes
///     128   ucontext: flags, link, stack, mask
///     304   sigcontext: fault address, x0-x30, sp, pc, pstate
///     592   records: fpsimd_context, esr_context, end    4096 bytes
///     4688  frame record: fp, lr
enum SignalFrame {
    static let size = 4688
    static let recordSize = 16

    private static let stack = 128 + 16
    private static let mask = 128 + 40
    private static let faultAddress = 304
    private static let registers = 312
    private static let stackPointer = 560
    static let programCounter: UInt64 = 568
    private static let processState = 576
    private static let records = 592
    /// PSTATE.BTYPE.
    private static let branchType: UInt64 = 3 << branchTypeBit
    private static let branchTypeBit: UInt64 = 10

    private static let vectorMagic: UInt32 = 0x4650_8001
    private static let vectorSize: UInt32 = 528
    private static let syndromeMagic: UInt32 = 0x4553_5201
    private static let syndromeSize: UInt32 = 16

    /// What goes into a frame besides the registers.
    struct Content {
        let info: [UInt64]
        let mask: SignalSet
        let alternateStack: AlternateStack
        let faultAddress: UInt64
        let syndrome: UInt64?
    }

    /// The bytes of a frame, the frame record behind it included.
    static func bytes(_ content: Content, _ state: CPUState) -> [UInt8] {
        var frame = FrameBytes(size: size + recordSize)
        for (index, word) in content.info.enumerated() { frame.put(word, at: index * 8) }
        frame.put(content.alternateStack.base, at: stack)
        frame.put(content.alternateStack.flags, at: stack + 8)
        frame.put(content.alternateStack.size, at: stack + 16)
        frame.put(content.mask.rawValue, at: mask)
        frame.put(content.faultAddress, at: faultAddress)
        for number in 0..<31 { frame.put(state[A64State.x(UInt32(number))], at: registers + number * 8) }
        frame.put(state[A64State.sp], at: stackPointer)
        frame.put(state[A64State.pc], at: Int(programCounter))
        let flags = Flags(rawValue: UInt32(truncatingIfNeeded: state[A64State.nzcv]))
        frame.put(UInt64(flags.statusWord) | state[A64State.pstate] & branchType, at: processState)
        putRecords(content, state, &frame)
        frame.put(state[A64State.x(29)], at: size)
        frame.put(state[A64State.x(30)], at: size + 8)
        return frame.bytes
    }

    private static func putRecords(_ content: Content, _ state: CPUState, _ frame: inout FrameBytes) {
        var place = records
        frame.put(vectorMagic, at: place)
        frame.put(vectorSize, at: place + 4)
        frame.put(A64User.floatingPointStatus(state), at: place + 8)
        frame.put(A64User.floatingPointControl(state), at: place + 12)
        for number in 0..<32 {
            let (low, high) = vector(number)
            frame.put(state[low], at: place + 16 + number * 16)
            frame.put(state[high], at: place + 24 + number * 16)
        }
        place += Int(vectorSize)
        if let syndrome = content.syndrome {
            frame.put(syndromeMagic, at: place)
            frame.put(syndromeSize, at: place + 4)
            frame.put(syndrome, at: place + 8)
        }
    }

    private static func vector(_ number: Int) -> (StateSlot, StateSlot) {
        let low = A64State.v(UInt32(number))
        return (low, StateSlot(cell: low.offset / 8 + 1))
    }

    /// What a handler's return puts back besides the registers.
    struct Restored {
        let mask: SignalSet
        let alternateStack: AlternateStack
    }

    /// Puts the registers of a frame back; nil when its records are not what `bytes` wrote.
    static func restore(_ bytes: [UInt8], _ state: CPUState) -> Restored? {
        let frame = FrameBytes(bytes: bytes)
        guard let (vectors, _) = findRecord(vectorMagic, frame) else { return nil }
        for number in 0..<31 { state[A64State.x(UInt32(number))] = frame.get(registers + number * 8) }
        state[A64State.sp] = frame.get(stackPointer)
        state[A64State.pc] = frame.get(Int(programCounter))
        let status: UInt64 = frame.get(processState)
        state[A64State.nzcv] = UInt64(Flags(statusWord: UInt32(truncatingIfNeeded: status)).rawValue)
        A64.setEntryMode(((status & branchType) >> branchTypeBit) << EntryMode.shift, state)
        let (fpsr, fpcr): (UInt32, UInt32) = (frame.get(vectors + 8), frame.get(vectors + 12))
        A64User.setFloatingPoint(control: fpcr, status: fpsr, state)
        for number in 0..<32 {
            let (low, high) = vector(number)
            state[low] = frame.get(vectors + 16 + number * 16)
            state[high] = frame.get(vectors + 24 + number * 16)
        }
        let alternate = AlternateStack(base: frame.get(stack), flags: frame.get(stack + 8), size: frame.get(stack + 16))
        return Restored(mask: SignalSet(rawValue: frame.get(mask)), alternateStack: alternate)
    }

    private static func findRecord(_ wanted: UInt32, _ frame: FrameBytes) -> (offset: Int, size: Int)? {
        var place = records
        while place <= size - 8 {
            let (magic, length): (UInt32, UInt32) = (frame.get(place), frame.get(place + 4))
            if magic == wanted && Int(length) <= size - place { return (place, Int(length)) }
            guard magic != 0, length >= 16, length & 15 == 0 else { return nil }
            place += Int(length)
        }
        return nil
    }
}

/// Numbers at offsets of a byte array, little-endian as both sides are.
struct FrameBytes {
    private(set) var bytes: [UInt8]

    init(size: Int) { bytes = [UInt8](repeating: 0, count: size) }
    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func put<Number: FixedWidthInteger & BitwiseCopyable>(_ value: Number, at offset: Int) {
        bytes.withUnsafeMutableBytes { $0.storeBytes(of: value.littleEndian, toByteOffset: offset, as: Number.self) }
    }

    func get<Number: FixedWidthInteger & BitwiseCopyable>(_ offset: Int) -> Number {
        bytes.withUnsafeBytes { Number(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: Number.self)) }
    }
}
