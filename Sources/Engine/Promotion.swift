import Interp
import JIT

/// A hot block that its vCPU has claimed (`NativeEntry.claim`), with all that has to be known to compile it: who compiles it
/// touches no memory of the guest but `page`.
struct Promotion {
    let head: ThreadedBlock
    let header: BlockHeader
    /// The guest's page that the block is of, or a copy.
    var page: UnsafeRawPointer
    /// Of that page, where the region is to be kept for later runs.
    var pageHash: UInt64?
    /// Entries after which it is hot again if it is given back.
    let threshold: Int
    /// Who wants it: for observers.
    let vcpu: Int
    /// When it was claimed, where somebody wants to know.
    var claimed: UInt64 = 0
}

/// What became of a block that was to be compiled.
enum PromotionOutcome {
    case done
    /// It stays threaded code.
    case failed
    /// There is no room for its code; it is still claimed.
    case full
}

/// Native code made: regions, their guest instructions, and the bytes of host code.
struct CompilationFigures {
    private(set) var regions = 0
    private(set) var guestInstructions = 0
    private(set) var bytes = 0
    /// Of `bytes`, those that run when all goes well.
    private(set) var inlineBytes = 0

    mutating func add(_ native: NativeCode) {
        regions += 1
        guestInstructions += native.guestInstructions
        bytes += native.count
        inlineBytes += native.inlineCount
    }

    mutating func add(_ other: CompilationFigures) {
        regions += other.regions
        guestInstructions += other.guestInstructions
        bytes += other.bytes
        inlineBytes += other.inlineBytes
    }
}
