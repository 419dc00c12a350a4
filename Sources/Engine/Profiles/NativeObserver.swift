/// Told about native code; called on any vCPU's thread.
package protocol NativeObserver: AnyObject, Sendable {
    /// The region entered at guest address `pc`.
    func compiled(pc: UInt64, code: [UInt8], at address: UInt64, vcpu: Int)
    /// What the regions of a vCPU share.
    func shared(_ name: String, code: [UInt8], at address: UInt64, vcpu: Int)
}

/// Several who want to see native code.
package final class NativeObservers: NativeObserver {
    private let observers: [any NativeObserver]

    /// nil for nobody.
    package init?(_ observers: [any NativeObserver]) {
        if observers.isEmpty { return nil }
        self.observers = observers
    }

    package func compiled(pc: UInt64, code: [UInt8], at address: UInt64, vcpu: Int) {
        for observer in observers { observer.compiled(pc: pc, code: code, at: address, vcpu: vcpu) }
    }

    package func shared(_ name: String, code: [UInt8], at address: UInt64, vcpu: Int) {
        for observer in observers { observer.shared(name, code: code, at: address, vcpu: vcpu) }
    }
}
