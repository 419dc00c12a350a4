package import Bus

/// What a board needs of its interrupt controller, whichever version.
package protocol InterruptController: AnyObject, Sendable {
    /// The input wire of shared interrupt `spi`, counted from 0 (interrupt 32).
    func sharedLine(_ spi: Int) -> any InterruptLine
    /// The input wire of private interrupt `ppi` (16 to 31) of processor `cpu`.
    func privateLine(_ ppi: Int, cpu: Int) -> any InterruptLine
}

extension GICv2: InterruptController {}
