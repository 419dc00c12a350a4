package import Bus
import Support

/// Arm's PrimeCell GPIO: eight pins, each an input or an output, each able to interrupt by level or edge.
///
/// Source: Arm DDI 0190 "PrimeCell General Purpose Input/Output (PL061) Technical Reference Manual".
package final class PL061: WordDevice {
    /// All that a snapshot must keep: one bit for each pin.
    package struct State: Sendable, Equatable {
        /// The levels that come from outside, and what the guest drives.
        package var inputs: UInt8 = 0
        package var outputs: UInt8 = 0
        /// GPIODIR: ones are outputs.
        package var direction: UInt8 = 0
        /// GPIOIS: ones interrupt by level.
        package var levelSense: UInt8 = 0
        /// GPIOIBE: ones interrupt by both edges.
        package var bothEdges: UInt8 = 0
        /// GPIOIEV: ones interrupt by high level or rising edge.
        package var event: UInt8 = 0
        /// GPIOIE.
        package var mask: UInt8 = 0
        /// Edges seen and not cleared.
        package var edges: UInt8 = 0
        /// GPIOAFSEL.
        package var alternate: UInt8 = 0
    }

    package let name = "pl061"
    private let line: any InterruptLine
    private let guarded = Guarded(State())

    /// Eight pins that interrupt by `line`.
    package init(line: any InterruptLine) { self.line = line }

    /// The registers' values. Setting them drives the line.
    package var state: State {
        get { guarded.withLock { $0 } }
        set {
            guarded.withLock { state in
                state = newValue
                updateLine(state)
            }
        }
    }

    /// The levels at the pins stay.
    package func reset() {
        guarded.withLock { state in
            state = State(inputs: state.inputs)
            updateLine(state)
        }
    }

    /// Something outside pulls `pin` (0 to 7) high or low.
    package func setInput(_ pin: Int, _ level: Bool) {
        change { state in
            let bit: UInt8 = 1 << UInt8(pin)
            state.inputs = level ? state.inputs | bit : state.inputs & ~bit
        }
    }

    package func readWord(_ offset: UInt64) -> UInt32 {
        let state = state
        return switch offset {
        case 0x000...0x3ff: UInt32(state.pins & UInt8(truncatingIfNeeded: offset >> 2))
        case 0x400: UInt32(state.direction)
        case 0x404: UInt32(state.levelSense)
        case 0x408: UInt32(state.bothEdges)
        case 0x40c: UInt32(state.event)
        case 0x410: UInt32(state.mask)
        case 0x414: UInt32(state.raw)
        case 0x418: UInt32(state.raw & state.mask)
        case 0x420: UInt32(state.alternate)
        case 0xfe0...0xfff: primeCellIdentification(offset, part: 0x61, revision: 0x04)
        default: 0
        }
    }

    package func writeWord(_ offset: UInt64, _ value: UInt32) {
        let byte = UInt8(truncatingIfNeeded: value)
        change { state in
            switch offset {
            case 0x000...0x3ff:
                let lanes = UInt8(truncatingIfNeeded: offset >> 2) & state.direction
                state.outputs = state.outputs & ~lanes | byte & lanes
            case 0x400: state.direction = byte
            case 0x404: state.levelSense = byte
            case 0x408: state.bothEdges = byte
            case 0x40c: state.event = byte
            case 0x410: state.mask = byte
            case 0x41c: state.edges &= ~byte
            case 0x420: state.alternate = byte
            default: break
            }
        }
    }

    /// Changes the state, latches the edges that this makes at the pins, and drives the line.
    private func change(_ body: (inout State) -> Void) {
        guarded.withLock { state in
            let before = state.pins
            body(&state)
            let changed = before ^ state.pins
            let wanted = state.bothEdges | ~(state.pins ^ state.event)
            state.edges |= changed & wanted & ~state.levelSense & ~state.direction
            updateLine(state)
        }
    }

    private func updateLine(_ state: State) { line.set(state.raw & state.mask != 0) }
}

extension PL061.State {
    /// The levels at the pins, whoever drives them.
    fileprivate var pins: UInt8 { inputs & ~direction | outputs & direction }

    /// GPIORIS: edges, and the levels of level-sensitive inputs.
    fileprivate var raw: UInt8 { edges & ~levelSense | ~(pins ^ event) & levelSense & ~direction }
}
