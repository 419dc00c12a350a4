import Devices
import Guest

extension GenericTimer.Register {
    /// The device's name for the register that the guest's system code means.
    init(_ register: TimerRegister) {
        switch register {
        case .frequency: self = .cntfrq
        case .physicalCount: self = .cntpct
        case .virtualCount: self = .cntvct
        case .kernelControl: self = .cntkctl
        case .physicalControl: self = .cntpCtl
        case .physicalCompare: self = .cntpCval
        case .physicalTimer: self = .cntpTval
        case .virtualControl: self = .cntvCtl
        case .virtualCompare: self = .cntvCval
        case .virtualTimer: self = .cntvTval
        }
    }
}
