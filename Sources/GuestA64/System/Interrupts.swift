package import Guest

/// Asynchronous exceptions (Arm ARM D1.3.4): masked by PSTATE, pending until let in.
extension A64 {
    package static func deliverInterrupt(
        _ lines: InterruptLines, _ state: CPUState, environment: any GuestEnvironment
    ) -> Bool {
        guard let vector = unmaskedInterrupt(lines, state) else { return false }
        if vector == .systemError { state[.esr] = Syndrome.encode(.systemError) }
        takeException(vector, returnAddress: state[A64State.pc], state, environment: environment)
        return true
    }

    /// The order among pending ones is the implementation's choice: errors first, then FIQ, then IRQ.
    private static func unmaskedInterrupt(_ lines: InterruptLines, _ state: CPUState) -> Vector? {
        let process = processState(state)
        if lines.contains(.systemError) && !process.has(ProcessState.errorMask) { return .systemError }
        if lines.contains(.fiq) && !process.has(ProcessState.fiqMask) { return .fiq }
        if lines.contains(.irq) && !process.has(ProcessState.irqMask) { return .irq }
        return nil
    }

    /// WFI ends for a masked interrupt as well (Arm ARM D1.6.2).
    package static func wakes(_ lines: InterruptLines, _ state: CPUState) -> Bool { !lines.isEmpty }
}
