import Glibc

/// The host's side of signal handling, by raw system calls: the C library keeps two signals for itself that the guest's
/// library uses as well.
enum HostSignals {
    /// Flags of `struct sigaction`, the same on both sides but for SA_RESTORER.
    static let onStack: UInt64 = 0x0800_0000
    static let restart: UInt64 = 0x1000_0000
    static let noDefer: UInt64 = 0x4000_0000
    static let resetHandler: UInt64 = 0x8000_0000
    static let information: UInt64 = 4
    static let noChildStop: UInt64 = 1
    static let noChildWait: UInt64 = 2
    private static let restorer: UInt64 = 0x0400_0000

    /// Handles `number` with our handler, keeping what the guest's flags say of children.
    static func handle(_ number: Int32, guestFlags: UInt64) {
        let handler: @convention(c) (Int32, UnsafeMutableRawPointer, UnsafeMutableRawPointer) -> Void =
            receiveHostSignal
        let flags = information | restart | restorer | guestFlags & (noChildStop | noChildWait)
        let mask = SignalSet.all.subtracting(.hostFaults).rawValue
        set(number, UInt64(UInt(bitPattern: unsafeBitCast(handler, to: UnsafeRawPointer.self))), flags, mask)
    }

    static func setDefault(_ number: Int32) { set(number, 0, restorer, 0) }
    static func ignore(_ number: Int32, guestFlags: UInt64) {
        set(number, 1, restorer | guestFlags & (noChildStop | noChildWait), 0)
    }
    static func setDefault(_ number: Int32, guestFlags: UInt64) {
        set(number, 0, restorer | guestFlags & (noChildStop | noChildWait), 0)
    }

    private static func set(_ number: Int32, _ handler: UInt64, _ flags: UInt64, _ mask: UInt64) {
        let action = (handler, flags, HostCode.shared.restorer, mask)
        withUnsafeBytes(of: action) { bytes in
            _ = hostCall(.rtSigaction, Int(number), Int(address: bytes.baseAddress), 0, 8)
        }
    }

    /// Whether the process was started with `number` ignored.
    static func isIgnored(_ number: Int32) -> Bool {
        var action = (UInt64(0), UInt64(0), UInt64(0), UInt64(0))
        withUnsafeMutableBytes(of: &action) { bytes in
            _ = hostCall(.rtSigaction, Int(number), 0, Int(address: bytes.baseAddress), 8)
        }
        return action.0 == 1
    }

    /// Makes `set` the calling thread's mask; the old one.
    @discardableResult
    static func setMask(_ set: SignalSet) -> SignalSet {
        let new = set.subtracting(.hostFaults).rawValue
        var old: UInt64 = 0
        withUnsafePointer(to: new) { new in
            withUnsafeMutablePointer(to: &old) { old in
                _ = hostCall(.rtSigprocmask, Int(SIG_SETMASK), Int(address: new), Int(address: old), 8)
            }
        }
        return SignalSet(rawValue: old)
    }

    /// Makes `set` the calling thread's mask unless `word`, that of its signal area, is set; whether it did.
    static func setMask(_ set: SignalSet, unless word: UnsafeRawPointer) -> Bool {
        withUnsafePointer(to: set.subtracting(.hostFaults).rawValue) { new in
            let number = HostNumber.rtSigprocmask.rawValue
            return interruptibleHostCall(number, Int(SIG_SETMASK), Int(address: new), 0, 8, 0, 0, unless: word) == 0
        }
    }

    static var mask: SignalSet {
        var old: UInt64 = 0
        withUnsafeMutablePointer(to: &old) { old in
            _ = hostCall(.rtSigprocmask, Int(SIG_SETMASK), 0, Int(address: old), 8)
        }
        return SignalSet(rawValue: old)
    }

    /// Blocks everything; the mask before.
    static func blockAll() -> SignalSet { setMask(.all) }

    /// Sends a signal to the calling thread.
    static func raise(_ number: Int32) {
        hostCall(.tgkill, hostCall(.getpid), hostCall(.gettid), Int(number))
    }
}
