import Engine
import Guest
import GuestA64
import IR
import Interp
import JIT
import Memory
import Optimizer
import SoftFloat
import X64

/// Runs blocks in the threaded-code interpreter or as native code: its fast paths on the data page, and the slow paths of this class,
/// which stand in for the engine's, on everything else.
final class ThreadedExecutor {
    private let frame: UnsafeMutableRawPointer
    private let page: UnsafeMutableRawPointer
    private var compiler: NativeCompiler?
    private let context: UnsafeMutablePointer<ExecutionContext>
    private let tlb = SoftTLB()
    private let buffer = CodeBuffer(words: 1 << 16)
    private var generator: CodeGenerator
    private var scratch = Scratch(stateCells: A64State.cells)
    private let optimizes: Bool
    private var codeMemory: CodeMemory?
    private var machine: VectorMachine?
    private var fault: MemoryFault?

    /// `native`: as native code for a host with these features.
    init(driver: CodeGenerator.Driver, fuses: Bool, optimizes: Bool, native: HostFeatures? = nil) {
        let bytes = CodeGenerator.frameBytes(stateCells: A64State.cells)
        page = .allocate(byteCount: Int(VectorMachine.pageSize), alignment: Int(VectorMachine.pageSize))
        let calls = RuntimeCalls(load: slowLoad, store: slowStore, probe: slowProbe, helper: noHelper)
        context = ExecutionContext.make(
            calls: calls, tlb: UnsafeMutableRawPointer(tlb.entries), frameBytes: bytes)
        frame = context.frame
        var options = CodeGenerator.Options()
        options.driver = driver
        options.fuses = fuses
        options.links = false
        if let native, let memory = CodeMemory(size: 1 << 20), let slice = memory.takeSlice(bytes: 1 << 20) {
            options.hotAfter = 1000
            codeMemory = memory
            compiler = NativeCompiler(
                layout: NativeLayout(
                    context, stateCells: A64State.cells, floatEnvironment: A64State.floatingPoint,
                    conditionFlags: A64State.nzcv),
                slice: slice, features: native.intersection(.detect()))
        }
        generator = CodeGenerator(stateCells: A64State.cells, options: options)
        self.optimizes = optimizes
        context.pointee.owner = Unmanaged.passUnretained(self).toOpaque()
        context.pointee.tlbMask = tlb.offsetMask
        mapDataPage()
    }

    deinit {
        ExecutionContext.destroy(context)
        page.deallocate()
    }

    private func mapDataPage() {
        let tag = VectorMachine.dataBase
        let addend = Int(bitPattern: page) - Int(tag)
        tlb.fill(
            tag, TLBEntry(readTag: tag, writeTag: tag, fetchTag: TLBEntry.invalidTag, addend: addend),
            TLBPage(physical: tag))
    }

    func run(_ block: Block, _ machine: inout VectorMachine) -> Outcome {
        if block.instructions.contains(where: { $0.opcode == .helper || $0.opcode == .exit }) { return .system }
        var block = block
        if optimizes { Optimizer.run(&block, scratch: &scratch) }
        buffer.reset()
        let original = block
        guard let code = generator.generate(&block, physical: 0, flags: 0, guestBytes: 4, into: buffer) else {
            preconditionFailure("the code buffer is too small")
        }
        if compiler != nil {
            compile(original, code, FPControl(rawValue: UInt32(truncatingIfNeeded: machine[A64State.floatingPoint])))
        }
        copyIn(machine)
        let reason = ThreadedCode.run(code, frame: frame, context: context)
        copyOut(&machine)
        return outcome(reason)
    }

    /// Puts native code in the place of `code`.
    private func compile(_ block: Block, _ code: ThreadedBlock, _ control: FPControl) {
        compiler?.reset()
        let address = UInt64(UInt(bitPattern: code.code))
        guard NativeEntry.claim(code),
            let native = compiler?.compile([RegionBlock(block)], code: address, flushes: control.flushToZero)
        else { preconditionFailure("a block cannot be compiled") }
        code.header.pointee.native = native.entry
        code.header.pointee.nativeWhenInvalid = native.whenInvalid
        precondition(NativeEntry.install(compiler?.enterHandler ?? 0, in: code), "a block that is its only user's")
    }

    private func copyIn(_ machine: VectorMachine) {
        self.machine = machine
        machine.cells.withUnsafeBytes { Self.copy($0, to: frame) }
        machine.data.withUnsafeBytes { Self.copy($0, to: page) }
        context.pointee.monitorHost = 0
        fault = nil
    }

    private static func copy(_ source: UnsafeRawBufferPointer, to destination: UnsafeMutableRawPointer) {
        UnsafeMutableRawBufferPointer(start: destination, count: source.count).copyMemory(from: source)
    }

    private func copyOut(_ machine: inout VectorMachine) {
        let words = frame.assumingMemoryBound(to: UInt64.self)
        machine.cells = Array(UnsafeBufferPointer(start: words, count: A64State.cells))
        let bytes = page.assumingMemoryBound(to: UInt8.self)
        machine.data = Array(UnsafeBufferPointer(start: bytes, count: Int(VectorMachine.pageSize)))
    }

    private func outcome(_ reason: ExitReason) -> Outcome {
        switch reason {
        case .lookup, .poll: .next(context.pointee.nextPC)
        case .memoryFault, .faultAt: fault.map { .fault($0) } ?? .system
        case .raise:
            .raised(kind: UInt16(context.pointee.exceptionKind), payload: context.pointee.exceptionPayload)
        case .stateChanged, .waitForInterrupt, .waitForEvent, .yield, .step, .invalidated, .hot: .system
        }
    }
}

/// The slow paths.
extension ThreadedExecutor {
    fileprivate static func of(_ context: UnsafeMutableRawPointer) -> ThreadedExecutor {
        guard let owner = context.assumingMemoryBound(to: ExecutionContext.self).pointee.owner else {
            preconditionFailure("a context without an executor")
        }
        return Unmanaged<ThreadedExecutor>.fromOpaque(owner).takeUnretainedValue()
    }

    /// Whether the access may be made; if not, `fault` says why.
    fileprivate func allows(_ address: UInt64, _ bytes: UInt64, _ attributes: UInt64, writing: Bool) -> Bool {
        do {
            let attributes = MemoryAttributes(rawValue: UInt16(truncatingIfNeeded: attributes))
            try machine?.check(address, Int(bytes), attributes, writing: writing)
            return true
        } catch {
            fault = error.fault
            return false
        }
    }

    fileprivate func load(_ address: UInt64, _ bytes: UInt64, _ attributes: UInt64) -> Bool {
        if attributes & RuntimeCalls.pairAccess != 0 {
            let single = attributes ^ RuntimeCalls.pairAccess
            guard load(address, bytes, single) else { return false }
            let low = context.pointee.slowValue
            guard load(address &+ bytes, bytes, single) else { return false }
            (context.pointee.slowValue, context.pointee.slowValueHigh) = (low, context.pointee.slowValue)
            return true
        }
        guard allows(address, bytes, attributes, writing: false), let machine else { return false }
        let value = machine.read(address, Int(bytes))
        context.pointee.slowValue = UInt64(truncatingIfNeeded: value)
        context.pointee.slowValueHigh = UInt64(truncatingIfNeeded: value >> 64)
        return true
    }

    fileprivate func store(_ address: UInt64, _ bytes: UInt64, _ attributes: UInt64) -> Bool {
        if attributes & RuntimeCalls.pairAccess != 0 {
            let (single, high) = (attributes ^ RuntimeCalls.pairAccess, context.pointee.slowValueHigh)
            guard store(address, bytes, single) else { return false }
            context.pointee.slowValue = high
            return store(address &+ bytes, bytes, single)
        }
        guard allows(address, bytes, attributes, writing: true) else { return false }
        let value = UInt128(context.pointee.slowValueHigh) << 64 | UInt128(context.pointee.slowValue)
        for offset in 0..<bytes {
            let byte = UInt8(truncatingIfNeeded: value >> (offset * 8))
            page.storeBytes(of: byte, toByteOffset: Int(address &+ offset - VectorMachine.dataBase), as: UInt8.self)
        }
        return true
    }

    /// Read-modify-writes fault as reads where reading faults.
    fileprivate func probe(_ address: UInt64, _ bytes: UInt64, _ attributes: UInt64) -> UInt64 {
        let onlyReads = attributes & RuntimeCalls.readOnlyProbe != 0
        let reads = onlyReads || attributes & RuntimeCalls.readFirstProbe != 0
        guard !reads || allows(address, bytes, attributes, writing: false),
            onlyReads || allows(address, bytes, attributes, writing: true),
            address >= VectorMachine.dataBase, address < VectorMachine.dataBase + VectorMachine.pageSize
        else { return 0 }
        return UInt64(UInt(bitPattern: page + Int(address - VectorMachine.dataBase)))
    }
}

@c private func slowLoad(_ context: UnsafeMutableRawPointer, _ address: UInt64, _ bytes: UInt64, _ attributes: UInt64)
    -> UInt64
{
    ThreadedExecutor.of(context).load(address, bytes, attributes) ? 0 : 1
}

@c private func slowStore(_ context: UnsafeMutableRawPointer, _ address: UInt64, _ bytes: UInt64, _ attributes: UInt64)
    -> UInt64
{
    ThreadedExecutor.of(context).store(address, bytes, attributes) ? 0 : 1
}

@c private func slowProbe(_ context: UnsafeMutableRawPointer, _ address: UInt64, _ bytes: UInt64, _ attributes: UInt64)
    -> UInt64
{
    ThreadedExecutor.of(context).probe(address, bytes, attributes)
}

@c private func noHelper(
    _ context: UnsafeMutableRawPointer, _ number: UInt64, _ a: UInt64, _ b: UInt64, _ c: UInt64, _ pc: UInt64
) -> UInt64 {
    preconditionFailure("a block with helpers is not to be run here")
}
