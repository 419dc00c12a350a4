package import Bus

/// Flash chips with nothing in them: every bit reads as one, and commands are ignored.
///
/// They are not in the device tree, so that no driver talks to them; a guest that looks finds no firmware.
package final class ErasedFlash: Device {
    package let name = "flash"

    /// Flash of any size.
    package init() {}

    package func read(_ access: BusAccess) -> UInt64? { .max >> UInt64(64 - 8 * access.size) }
    package func write(_ access: BusAccess, _ value: UInt64) -> Bool { true }
    package func reset() {}
}
