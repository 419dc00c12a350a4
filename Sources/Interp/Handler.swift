import IR
import Memory
import Support
import Synchronization

/// The guest's CPU state and, behind it, the block's temporaries, addressed by byte offset.
typealias Frame = UnsafeMutableRawPointer
/// The operation that runs: a handler address, then operand words.
typealias Cursor = UnsafeRawPointer
/// The `ExecutionContext`, untyped: a C function type cannot name a Swift struct.
typealias Context = UnsafeMutableRawPointer
/// First entry of the current software TLB.
typealias TLBBase = UnsafeMutableRawPointer

/// A handler does one operation and jumps to the next one's: the value returned is an `ExitReason`, from the handler
/// that leaves.
typealias Handler = @convention(c) (Frame, Cursor, Context, TLBBase) -> UInt64

/// Every operation begins with its handler and one word of operands; longer ones follow with whole words.
///
///     0          8     10    12    14     16
///     | handler  |  d  |  a  |  b  |  c   | more words ...
///     | handler  |  d  |  a  |  imm32     | more words ...
extension UnsafeRawPointer {
    @inline(__always) var d: Int { Int(load(fromByteOffset: 8, as: UInt16.self)) }
    @inline(__always) var a: Int { Int(load(fromByteOffset: 10, as: UInt16.self)) }
    @inline(__always) var b: Int { Int(load(fromByteOffset: 12, as: UInt16.self)) }
    @inline(__always) var c: Int { Int(load(fromByteOffset: 14, as: UInt16.self)) }
    @inline(__always) var imm32: UInt64 { UInt64(bitPattern: Int64(load(fromByteOffset: 12, as: Int32.self))) }
    /// Whole word `index` of the operation; word 0 is the handler.
    @inline(__always) func word(_ index: Int) -> UInt64 { load(fromByteOffset: index &* 8, as: UInt64.self) }
}

extension UnsafeMutableRawPointer {
    /// The Word in the cell at byte offset `offset`.
    @inline(__always) func get<Word: BitwiseCopyable>(_ offset: Int) -> Word {
        load(fromByteOffset: offset, as: Word.self)
    }
    @inline(__always) func get64(_ offset: Int) -> UInt64 { load(fromByteOffset: offset, as: UInt64.self) }
    /// Every write fills the cell: narrower values are kept zero-extended.
    @inline(__always) func set<Word: MachineWord>(_ offset: Int, _ value: Word) {
        storeBytes(of: UInt64(truncatingIfNeeded: value), toByteOffset: offset, as: UInt64.self)
    }
    @inline(__always) func setFlags(_ offset: Int, _ flags: Flags) {
        storeBytes(of: UInt64(flags.rawValue), toByteOffset: offset, as: UInt64.self)
    }

    @inline(__always) var context: UnsafeMutablePointer<ExecutionContext> {
        assumingMemoryBound(to: ExecutionContext.self)
    }
    @inline(__always) var isPending: Bool {
        (self - ExecutionContext.pendingDistance).assumingMemoryBound(to: Atomic<UInt32>.self)
            .pointee.load(ordering: .relaxed) != 0
    }
}

/// Runs the operation at `p`, as a jump.
@inline(__always)
func next(_ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    run(UInt(truncatingIfNeeded: p.load(as: UInt64.self)), f, p, m, t)
}

/// Runs the operation at `p`, whose handler is at host address `handler`.
@inline(__always)
func run(_ handler: UInt, _ f: Frame, _ p: Cursor, _ m: Context, _ t: TLBBase) -> UInt64 {
    unsafeBitCast(handler, to: Handler.self)(f, p, m, t)
}

@inline(__always)
func leave(_ reason: ExitReason) -> UInt64 { reason.rawValue }
