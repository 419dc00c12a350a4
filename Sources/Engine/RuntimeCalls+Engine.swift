import Interp

// The engine's side of `RuntimeCalls`: from the context back to the vCPU object.

private func processor(_ context: UnsafeMutableRawPointer) -> Processor {
    guard let owner = context.assumingMemoryBound(to: ExecutionContext.self).pointee.owner else {
        preconditionFailure("a context without a vCPU")
    }
    return Unmanaged<Processor>.fromOpaque(owner).takeUnretainedValue()
}

@c func engineLoad(_ context: UnsafeMutableRawPointer, _ address: UInt64, _ bytes: UInt64, _ attributes: UInt64)
    -> UInt64
{
    processor(context).slowLoad(address, bytes, attributes) ? 0 : 1
}

@c func engineStore(_ context: UnsafeMutableRawPointer, _ address: UInt64, _ bytes: UInt64, _ attributes: UInt64)
    -> UInt64
{
    processor(context).slowStore(address, bytes, attributes) ? 0 : 1
}

@c func engineProbe(_ context: UnsafeMutableRawPointer, _ address: UInt64, _ bytes: UInt64, _ attributes: UInt64)
    -> UInt64
{
    UInt64(UInt(bitPattern: processor(context).probe(address, bytes, attributes)))
}

@c func engineHelper(
    _ context: UnsafeMutableRawPointer, _ number: UInt64, _ a: UInt64, _ b: UInt64, _ c: UInt64, _ pc: UInt64
) -> UInt64 {
    processor(context).callHelper(number, a, b, c, pc: pc)?.rawValue ?? 0
}

extension RuntimeCalls {
    static var engine: RuntimeCalls {
        RuntimeCalls(load: engineLoad, store: engineStore, probe: engineProbe, helper: engineHelper)
    }
}
