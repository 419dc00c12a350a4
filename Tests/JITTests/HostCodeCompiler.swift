import Engine
import Guest
import GuestA64
import IR
import Interp
import JIT
import Optimizer
import X64

/// The native tier's compiler for single guest instructions, on a host with all features, whatever this one has.
final class HostCodeCompiler {
    static let pc: UInt64 = 0x4000_0000
    /// Where the threaded code would be.
    private static let threadedCode: UInt64 = 0x7fff_0000_1000

    private let memory: CodeMemory
    private let context: UnsafeMutablePointer<ExecutionContext>
    private let layout: NativeLayout
    private let tlb = UnsafeMutablePointer<UInt64>.allocate(capacity: 2)
    private var compiler: NativeCompiler?
    private var builder = Builder()
    private var scratch = Scratch(stateCells: A64State.cells)

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    init() throws {
        let bytes = 4 << 20
        guard let memory = CodeMemory(size: bytes), let slice = memory.takeSlice(bytes: bytes) else {
            throw Failure(description: "no memory for code")
        }
        // Nothing is run.
        let calls = RuntimeCalls(
            load: { _, _, _, _ in 1 }, store: { _, _, _, _ in 1 }, probe: { _, _, _, _ in 0 },
            helper: { _, _, _, _, _, _ in 1 })
        let frameBytes = CodeGenerator.frameBytes(stateCells: A64State.cells)
        context = ExecutionContext.make(calls: calls, tlb: UnsafeMutableRawPointer(tlb), frameBytes: frameBytes)
        layout = NativeLayout(
            context, stateCells: A64State.cells, floatEnvironment: A64.floatEnvironment,
            conditionFlags: A64.conditionFlags)
        self.memory = memory
        compiler = NativeCompiler(layout: layout, slice: slice, features: HostFeatures(rawValue: .max))
    }

    deinit {
        ExecutionContext.destroy(context)
        tlb.deallocate()
    }

    var names: HostNames { HostNames(layout, shared: compiler?.sharedCode ?? []) }

    /// Of a block of `word` alone, at EL1: its native code and the bytes of the instructions.
    func compile(_ word: UInt32) throws -> (code: NativeCode, bytes: [UInt8]) {
        let native = try region([word])
        return (native, memory.bytes(at: native.start, count: native.instructionCount))
    }

    /// Of a block for each word, one behind the other. Jumps through registers may lead to all but the first.
    private func region(_ words: [UInt32]) throws -> NativeCode {
        let blocks = words.enumerated().map { number, word in
            var block = translate(word, at: Self.pc + 4 * UInt64(number))
            Optimizer.run(&block, scratch: &scratch)
            return RegionBlock(block, landings: number == 0 ? 0 : 0xf)
        }
        guard let native = compiler?.compile(blocks, code: Self.threadedCode) else {
            throw Failure(description: "\(words.map { String($0, radix: 16) }): no native code")
        }
        return native
    }

    /// A region, as `region` makes it, in an empty slice: all bytes, as they are there.
    func whole(_ words: [UInt32]) throws -> [UInt8] {
        compiler?.reset()
        let native = try region(words)
        return memory.bytes(at: native.start, count: native.count)
    }

    /// The same as words that can be made code of elsewhere.
    func portable(_ words: [UInt32]) throws -> [UInt64] {
        compiler?.reset()
        let native = try region(words)
        return [UInt64](unsafeUninitializedCapacity: 1 << 16) { buffer, count in
            count = buffer.baseAddress.map { compiler?.writePortable(native, to: $0, room: buffer.count) ?? 0 } ?? 0
        }
    }

    /// What such words become in an empty slice.
    func move(_ words: [UInt64]) throws -> [UInt8] {
        compiler?.reset()
        let native = words.withUnsafeBufferPointer { buffer in
            buffer.baseAddress.flatMap { compiler?.makeCode($0, words.count, code: Self.threadedCode) }
        }
        guard let native else { throw Failure(description: "refused") }
        return memory.bytes(at: native.start, count: native.count)
    }

    private func translate(_ word: UInt32, at pc: UInt64) -> Block {
        builder.reset(guestPC: pc)
        withUnsafeBytes(of: word.littleEndian) { bytes in
            guard let base = bytes.baseAddress else { return }
            let window = CodeWindow(base: base, count: 4)
            let flags = A64TranslationFlags.exceptionLevel1.rawValue
            A64.translateBlock(pc: pc, code: window, flags: flags, limit: 1, into: &builder)
        }
        return builder.takeBlock()
    }
}
