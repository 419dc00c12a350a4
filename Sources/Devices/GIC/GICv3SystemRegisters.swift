extension GICv3 {
    /// The CPU interface's registers by their encoding op0:op1:CRn:CRm:op2, as MRS and MSR have it.
    private enum Register: UInt32 {
        case priorityMask = 0xc230
        case acknowledge0 = 0xc640
        case end0, highestPending0, binaryPoint0, active0
        case active1 = 0xc648
        case deactivate = 0xc659
        case runningPriority = 0xc65b
        case generate1 = 0xc65d
        case generateOther, generate0
        case acknowledge1 = 0xc660
        case end1, highestPending1, binaryPoint1, control, systemRegisterEnable, enable0, enable1
    }

    /// Reads ICC_* register `register` of processor `cpu`; nil when there is none, or when it can only be written.
    package func readRegister(_ register: UInt32, cpu: Int) -> UInt64? {
        guard let register = Register(rawValue: register) else { return nil }
        let value: UInt32? =
            switch register {
            case .priorityMask: withInterface(cpu) { UInt32($0.priorityMask) }
            case .acknowledge0: acknowledge(cpu, isGroup1: false)
            case .acknowledge1: acknowledge(cpu, isGroup1: true)
            case .highestPending0: withInterface(cpu) { $0.pendingNumber(isGroup1: false) }
            case .highestPending1: withInterface(cpu) { $0.pendingNumber(isGroup1: true) }
            case .binaryPoint0: withInterface(cpu) { $0.priorities.binaryPoint0 }
            case .binaryPoint1: withInterface(cpu) { $0.visibleBinaryPoint1 }
            case .active0: withInterface(cpu) { $0.priorities.active[0] }
            case .active1: withInterface(cpu) { $0.priorities.active[1] }
            case .runningPriority: withInterface(cpu) { min($0.priorities.running, 0xff) }
            case .control: withInterface(cpu) { $0.control }
            case .systemRegisterEnable: 7
            case .enable0: withInterface(cpu) { $0.enabled.contains(.group0) ? 1 : 0 }
            case .enable1: withInterface(cpu) { $0.enabled.contains(.group1) ? 1 : 0 }
            case .end0, .end1, .deactivate, .generate0, .generate1, .generateOther: nil
            }
        return value.map(UInt64.init)
    }

    /// Writes ICC_* register `register` of processor `cpu`; false when there is none, or when it can only be read.
    package func writeRegister(_ register: UInt32, _ value: UInt64, cpu: Int) -> Bool {
        guard let register = Register(rawValue: register) else { return false }
        let low = UInt32(truncatingIfNeeded: value)
        let minimum = PriorityStack.minimumBinaryPoint
        switch register {
        case .priorityMask:
            withInterface(cpu) { $0.priorityMask = UInt8(truncatingIfNeeded: low) & PriorityStack.implemented }
        case .end0: endOfInterrupt(cpu, id: low & 0xff_ffff, isGroup1: false)
        case .end1: endOfInterrupt(cpu, id: low & 0xff_ffff, isGroup1: true)
        case .deactivate: deactivate(cpu, id: low & 0xff_ffff)
        case .binaryPoint0: withInterface(cpu) { $0.priorities.binaryPoint0 = max(low & 7, minimum) }
        case .binaryPoint1: withInterface(cpu) { $0.setBinaryPoint1(max(low & 7, minimum + 1)) }
        case .active0: withInterface(cpu) { $0.priorities.active[0] = low }
        case .active1: withInterface(cpu) { $0.priorities.active[1] = low }
        case .control: withInterface(cpu) { $0.setControl(low) }
        case .systemRegisterEnable: break  // the registers cannot be switched off
        case .enable0: withInterface(cpu) { $0.enable(.group0, low & 1 != 0) }
        case .enable1: withInterface(cpu) { $0.enable(.group1, low & 1 != 0) }
        case .generate1: generate(value, from: cpu, isGroup1: true)
        // The other security state's group 1 is, with one security state, group 0.
        case .generate0, .generateOther: generate(value, from: cpu, isGroup1: false)
        case .acknowledge0, .acknowledge1, .highestPending0, .highestPending1, .runningPriority: return false
        }
        return true
    }

    /// ICC_SGIxR_EL1: sends a software-generated interrupt to up to 16 processors that share the upper affinity
    /// fields, or to all others.
    private func generate(_ value: UInt64, from sender: Int, isGroup1: Bool) {
        let number = UInt32(truncatingIfNeeded: value >> 24 & 15)
        if value >> 40 & 1 != 0 {
            for cpu in affinities.indices where cpu != sender {
                withInterface(cpu) { $0.send(number, isGroup1: isGroup1) }
            }
            return
        }
        let cluster = (value >> 48 & 0xff) << 32 | (value >> 32 & 0xff) << 16 | (value >> 16 & 0xff) << 8
        let firstOfList = (value >> 44 & 15) * 16
        for (cpu, affinity) in affinities.enumerated() where affinity & ~0xff == cluster {
            let place = (affinity & 0xff) &- firstOfList
            if place < 16 && value >> place & 1 != 0 {
                withInterface(cpu) { $0.send(number, isGroup1: isGroup1) }
            }
        }
    }
}

extension GICv3.ProcessorInterface {
    /// ICC_CTLR_EL1: five priority bits, 16 bits of interrupt numbers, affinity 3 valid.
    fileprivate var control: UInt32 {
        let fixed: UInt32 = 4 << 8 | 1 << 15
        return fixed | (splitsEndOfInterrupt ? 2 : 0) | (priorities.isCommon ? 1 : 0)
    }

    fileprivate mutating func setControl(_ value: UInt32) {
        priorities.isCommon = value & 1 != 0
        splitsEndOfInterrupt = value & 2 != 0
    }

    /// ICC_BPR1_EL1, which shows the other one's value, plus one, while they are common.
    fileprivate var visibleBinaryPoint1: UInt32 {
        priorities.isCommon ? min(priorities.binaryPoint0 + 1, 7) : priorities.binaryPoint1
    }

    fileprivate mutating func setBinaryPoint1(_ value: UInt32) {
        if !priorities.isCommon { priorities.binaryPoint1 = value }
    }

    fileprivate mutating func enable(_ group: GroupEnables, _ on: Bool) {
        if on { enabled.insert(group) } else { enabled.remove(group) }
    }
}
