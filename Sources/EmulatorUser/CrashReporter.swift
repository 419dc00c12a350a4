/// Where Swift's runtime finds its crash reporter: nowhere. `Package.swift` has the linker lead the runtime's call here. A
/// guest program that ends abnormally is explained by `AbnormalEnd`; an emulator without files around it has no reporter.
@c(__wrap_swift_copyAuxiliaryExecutablePath)
public func auxiliaryExecutablePath(_ name: UnsafePointer<CChar>) -> UnsafeMutablePointer<CChar>? { nil }
