/// Why threaded code came back to the run loop; what belongs to each reason is in the `ExecutionContext`.
package enum ExitReason: UInt64, Sendable {
    /// Go on at `nextPC`; the block there is to be looked up, and linked at `linkCell` unless that is 0.
    case lookup
    /// Somebody asked for attention; go on at `nextPC` after that.
    case poll
    /// The memory access at `exitCursor` faulted.
    case memoryFault
    /// Exception `exceptionKind` with `exceptionPayload` at guest address `exceptionPC`.
    case raise
    /// The blocks' surroundings may have changed; go on at `nextPC`.
    case stateChanged
    case waitForInterrupt, waitForEvent, yield
    /// One operation has run (plain loop); go on with the operation at `exitCursor`.
    case step
    /// The block that begins at `exitCursor` is no longer valid; go on at its guest pc.
    case invalidated
    /// The block that begins at `exitCursor` has been entered often.
    case hot
    /// A memory access of the guest instruction at `exceptionPC` faulted; instructions before it are counted.
    case faultAt
}
