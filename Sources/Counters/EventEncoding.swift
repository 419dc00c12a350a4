import CPFM
import Glibc

/// The kernel's description of every event, asked of libpfm4 once per process.
///
/// libpfm4's set-up is neither free nor promised to be thread-safe, and every vCPU thread wants the same ten
/// descriptions: a `static let` runs it once, and the result never changes.
struct EventEncoding: Sendable {
    private let attributes: [perf_event_attr?]
    /// Why libpfm4 could not be used at all; nil when it could.
    let failure: String?

    static let shared = EventEncoding()

    private init() {
        let status = pfm_initialize()
        guard status == PFM_SUCCESS else {
            attributes = CounterEvent.allCases.map { _ in nil }
            failure = "libpfm4: \(String(cString: pfm_strerror(status)))"
            return
        }
        attributes = CounterEvent.allCases.map(Self.encode)
        failure = nil
    }

    subscript(event: CounterEvent) -> perf_event_attr? { attributes[event.rawValue] }

    /// Hardware events count user mode only: what the emulator executed, not what the kernel did on its behalf, and
    /// allowed without privileges. Software events count everywhere, since half of them only happen in the kernel.
    private static func encode(_ event: CounterEvent) -> perf_event_attr? {
        var attribute = perf_event_attr()
        attribute.size = UInt32(MemoryLayout<perf_event_attr>.size)
        let levels = event.isHardware ? PFM_PLM3 : PFM_PLM0 | PFM_PLM3
        let status = withUnsafeMutablePointer(to: &attribute) { pointer in
            var argument = pfm_perf_encode_arg_t()
            argument.attr = pointer
            argument.size = MemoryLayout<pfm_perf_encode_arg_t>.size
            return pfm_get_os_event_encoding(event.pfmName, CInt(levels), PFM_OS_PERF_EVENT, &argument)
        }
        return status == PFM_SUCCESS ? attribute : nil
    }
}
