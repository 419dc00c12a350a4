package import Guest
package import IR

/// The A64 guest.
package enum A64 {
    /// All instructions, one row each; a line per section of the manual's encoding index (Arm ARM C4.1).
    package static let table: DecodeTable<A64Translation> = {
        var table = DecodeTable<A64Translation>()
        // Data processing, immediate.
        table.definePCRelative()
        table.defineAddSubtractImmediate()
        table.defineLogicalImmediate()
        table.defineMoveWide()
        table.defineBitField()
        // Data processing, register.
        table.defineAddSubtractRegister()
        table.defineLogicalRegister()
        table.defineConditional()
        table.defineOneSource()
        table.defineTwoSource()
        table.defineMinimumMaximum()
        table.defineThreeSource()
        table.defineFlagManipulation()
        // Branches.
        table.defineBranches()
        table.definePointerAuthentication()
        // Exception generating and system instructions.
        table.defineExceptionGeneration()
        table.defineHints()
        table.defineBarriers()
        table.defineProcessStateImmediate()
        table.defineSystemRegisterMoves()
        table.defineSystemOperations()
        // Scalar floating point.
        table.defineFloatMoves()
        table.defineFloatIntegerConversion()
        table.defineFloatOneSource()
        table.defineFloatCompare()
        table.defineFloatTwoSource()
        table.defineFloatThreeSource()
        // Loads and stores.
        table.defineLoadLiteral()
        table.defineLoadStoreUnsignedOffset()
        table.defineLoadStoreUnscaled()
        table.defineLoadStorePostIndex()
        table.defineLoadStorePreIndex()
        table.defineLoadStoreRegisterOffset()
        table.defineLoadStoreUnprivileged()
        table.definePrefetch()
        table.defineLoadStorePair()
        table.defineMemoryOperations()
        table.defineLoadStoreExclusive()
        table.defineLoadStoreOrdered()
        table.defineCompareAndSwap()
        table.defineAtomicMemory()
        table.defineVectorLoadStore()
        table.defineVectorLoadStorePair()
        table.defineVectorStructures()
        table.defineVectorElements()
        // Floating point and Advanced SIMD.
        table.defineVectorCryptography()
        table.defineVectorCopy()
        table.defineVectorPermute()
        table.defineVectorTable()
        table.defineVectorModifiedImmediate()
        table.defineVectorThreeSame()
        table.defineVectorFloatThreeSame()
        table.defineVectorHalfThreeSame()
        table.defineVectorThreeSameExtra()
        table.defineVectorThreeDifferent()
        table.defineVectorTwoRegister()
        table.defineVectorFloatTwoRegister()
        table.defineVectorFloatConversion()
        table.defineVectorAcross()
        table.defineVectorShift()
        table.defineVectorByElement()
        table.defineScalarThreeSame()
        table.defineScalarThreeDifferent()
        table.defineScalarTwoRegister()
        table.defineScalarPairs()
        table.defineScalarShift()
        table.defineScalarByElement()
        table.seal()
        return table
    }()

    /// Translates from `pc` until a terminator, the end of the window or `limit` instructions.
    package static func translateBlock(
        pc: UInt64, code: CodeWindow, flags: UInt64, limit: Int, into builder: inout Builder
    ) {
        var context = A64Translation(ir: builder, flags: A64TranslationFlags(rawValue: flags))
        translateInstructions(pc: pc, code: code, limit: limit, into: &context)
        builder = context.finish()
    }

    private static func translateInstructions(
        pc start: UInt64, code: CodeWindow, limit: Int, into context: inout A64Translation
    ) {
        var offset = 0
        if start & 3 != 0 {
            context.ir.guestInstruction(start)
            context.ir.raise(kind: A64ExceptionKind.pcAlignment.rawValue, payload: start)
            return
        }
        var path = FollowedPath(start: start, code: code)
        while !context.ir.isTerminated {
            let pc = start &+ UInt64(truncatingIfNeeded: offset)
            guard context.ir.block.guestInstructionCount < limit, let word = code.word(at: offset) else {
                context.ir.jump(pc)
                break
            }
            path.visit(offset)
            context.pc = pc
            context.ir.guestInstruction(pc)
            if word.isLoadExclusive { context.beginExclusiveSequence(offset, in: code) }
            if !A64.table.translate(word, &context) {
                context.ir.raise(kind: A64ExceptionKind.undefined.rawValue, payload: UInt64(word))
            }
            if context.exclusive != nil { context.markLeavingOfExclusiveSequence() }
            if context.stackPointerMayBeMisaligned {
                context.stackPointerMayBeMisaligned = false
                if !context.ir.isTerminated { context.ir.exit(.stateChanged, next: pc &+ 4) }
            }
            offset = path.follow(&context.ir) ?? offset + 4
        }
        context.endExclusiveSequence()
    }
}

/// The exceptions that translated code raises, the `kind` of the IR's `raise` and `guardClear`.
package enum A64ExceptionKind: UInt16, Sendable {
    /// Undefined or not allowed at this level; payload the encoding.
    case undefined
    /// Payload the 16-bit immediate; of a breakpoint also PSTATE.BTYPE, in bits 17 and 16.
    case supervisorCall, hypervisorCall, monitorCall, breakpoint, halt
    /// SP used as a base while not 16-byte aligned.
    case stackAlignment
    case pcAlignment
    /// A system register access or instruction that a control register traps; payload the ISS.
    case trappedSystemAccess
    /// WFI or WFE trapped; payload the ISS.
    case trappedWait
    /// FP or SIMD while disabled; payload the ISS.
    case trappedFloatingPoint
    /// Payload PSTATE.BTYPE.
    case illegalState
    /// FPAC: payload the key, data:B.
    case authenticationFailed
    /// A branch through a register to a guarded page that met no landing; payload PSTATE.BTYPE.
    case branchTarget
    /// The registers of a CPY, CPYF or SET do not fit its stage; payload the ISS.
    case memoryOperation
}
