/// The operations of the intermediate representation.
///
/// To add one: add a case here, then follow the compiler. Every switch over `Opcode` in this package is exhaustive, so
/// the build names each room that still owes the new operation something (Docs/AddAnOperation.md).
@usableFromInline package enum Opcode: UInt8, CaseIterable, BitwiseCopyable, Sendable {
    // Constants and conversions.
    case constant
    case zeroExtend, signExtend, truncate

    // Integer arithmetic and logic, two operands.
    case add, sub, mul, mulHighUnsigned, mulHighSigned, divideUnsigned, divideSigned
    case and, or, xor, andNot, orNot, xorNot
    case shiftLeft, shiftRightLogical, shiftRightArithmetic, rotateRight

    // One operand.
    case not, negate, populationCount, countLeadingZeros, countLeadingSigns, reverseBits, byteSwap, byteSwap16,
        byteSwap32

    // Bit fields and the rest.
    case bitFieldExtract, bitFieldExtractSigned, bitFieldInsert, extractPair
    case addWithCarry
    case crc32, crc32c

    // Truth values and choice.
    case compare, select

    // Condition flags.
    case addFlags, subFlags, addWithCarryFlags, logicFlags
    case testCondition, flagsFromWord, flagsToWord

    // 128-bit values.
    case pair, low64, high64
    /// A `LaneOperation` of one, two, three operands; the sticky ones set bits of a floating-point environment too.
    case lane1, lane2, lane3, stickyLane1, stickyLane2, stickyLane3
    case floatCompare
    case extractLane, insertLane, splat

    // Guest state.
    case getState, setState

    // Guest memory.
    case load, store
    /// Two neighbours as one access where they lie in 16 aligned bytes.
    case loadPair, storePair
    case loadLinked, storeConditional, clearExclusive, abandonExclusive
    case compareAndSwap, exchange, fetchAndOperate
    case fence

    // A guest exception unless some bits are clear.
    case guardClear

    // Everything else a guest needs.
    case helper
    case guestInstruction

    // Terminators.
    case jump, branch, jumpIndirect, raise, exit
}
