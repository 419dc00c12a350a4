import IR
import Interp
import Memory

/// Runs single pure operations in the threaded-code interpreter: operands from state slots, result to one.
final class InterpreterSubject {
    /// Byte offsets of the operands and the result in the state; each has room for 128 bits.
    static let operands = [0, 16, 32]
    static let result = 48
    /// The floating-point environment of sticky operations.
    static let environment = 64
    private static let cells = 10

    private let frame: UnsafeMutableRawPointer
    private let context: UnsafeMutablePointer<ExecutionContext>
    private let tlb = SoftTLB()
    private let buffer = CodeBuffer(words: 1 << 14)
    private var generator: CodeGenerator
    private var code: ThreadedBlock?

    init(driver: CodeGenerator.Driver, fuses: Bool) {
        let bytes = CodeGenerator.frameBytes(stateCells: Self.cells)
        frame = .allocate(byteCount: bytes, alignment: 64)
        frame.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
        var options = CodeGenerator.Options()
        options.driver = driver
        options.fuses = fuses
        options.links = false
        generator = CodeGenerator(stateCells: Self.cells, options: options)
        let calls = RuntimeCalls(load: noAccess, store: noAccess, probe: noAccess, helper: noHelper)
        context = ExecutionContext.make(calls: calls, tlb: UnsafeMutableRawPointer(tlb.entries))
        context.pointee.tlbMask = tlb.offsetMask
    }

    deinit {
        ExecutionContext.destroy(context)
        frame.deallocate()
    }

    /// Makes `block` what `run` runs.
    func load(_ original: Block) {
        var block = original
        buffer.reset()
        code = generator.generate(&block, physical: 0, flags: 0, guestBytes: 4, into: buffer)
    }

    /// The environment slot: set before a run, and what it made of it.
    var environmentWord: UInt64 = 0

    /// The result slot after a run with these operands in their slots.
    func run(_ operands: [(low: UInt64, high: UInt64)]) -> (low: UInt64, high: UInt64)? {
        guard let code else { return nil }
        let cells = frame.assumingMemoryBound(to: UInt64.self)
        // What the result slot held must not show in the result.
        for cell in 0..<Self.cells { cells[cell] = 0 }
        for (offset, operand) in zip(Self.operands, operands) {
            cells[offset / 8] = operand.low
            cells[offset / 8 + 1] = operand.high
        }
        cells[Self.environment / 8] = environmentWord
        let reason = ThreadedCode.run(code, frame: frame, context: context)
        environmentWord = cells[Self.environment / 8]
        guard reason == .lookup || reason == .poll else { return nil }
        return (cells[Self.result / 8], cells[Self.result / 8 + 1])
    }
}

@c private func noAccess(_ context: UnsafeMutableRawPointer, _: UInt64, _: UInt64, _: UInt64) -> UInt64 {
    preconditionFailure("a pure operation does not touch memory")
}

@c private func noHelper(_ context: UnsafeMutableRawPointer, _: UInt64, _: UInt64, _: UInt64, _: UInt64, _: UInt64)
    -> UInt64
{
    preconditionFailure("a pure operation calls no helper")
}
