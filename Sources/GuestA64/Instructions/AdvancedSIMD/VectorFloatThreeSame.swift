import Guest
import IR
import Support

/// Arm ARM C4.1, Advanced SIMD three same: floating point.
extension DecodeTable<A64Translation> {
    mutating func defineVectorFloatThreeSame() {
        defineVectorFloatArithmetic()
        defineVectorFloatComparison()
        defineVectorFloatNeighbours()
    }

    /// The same in half precision.
    mutating func defineVectorHalfThreeSame() {
        defineVectorHalfArithmetic()
        defineVectorHalfComparison()
        defineVectorHalfNeighbours()
    }

    private mutating func defineVectorFloatArithmetic() {
        defineBinary(
            "FMAXNM (vector)", "0q0011100z1mmmmm110001nnnnnddddd", "fmaxnm {Vd.F}, {Vn.F}, {Vm.F}", .floatMaxNumber,
            .float)
        defineBinary(
            "FMINNM (vector)", "0q0011101z1mmmmm110001nnnnnddddd", "fminnm {Vd.F}, {Vn.F}, {Vm.F}", .floatMinNumber,
            .float)
        defineBinary(
            "FADD (vector)", "0q0011100z1mmmmm110101nnnnnddddd", "fadd {Vd.F}, {Vn.F}, {Vm.F}", .floatAdd, .float)
        defineBinary(
            "FSUB (vector)", "0q0011101z1mmmmm110101nnnnnddddd", "fsub {Vd.F}, {Vn.F}, {Vm.F}", .floatSub, .float)
        defineBinary(
            "FMULX (vector)", "0q0011100z1mmmmm110111nnnnnddddd", "fmulx {Vd.F}, {Vn.F}, {Vm.F}",
            .floatMultiplyExtended, .float)
        defineBinary(
            "FMUL (vector)", "0q1011100z1mmmmm110111nnnnnddddd", "fmul {Vd.F}, {Vn.F}, {Vm.F}", .floatMultiply, .float)
        defineBinary(
            "FMAX (vector)", "0q0011100z1mmmmm111101nnnnnddddd", "fmax {Vd.F}, {Vn.F}, {Vm.F}", .floatMax, .float)
        defineBinary(
            "FMIN (vector)", "0q0011101z1mmmmm111101nnnnnddddd", "fmin {Vd.F}, {Vn.F}, {Vm.F}", .floatMin, .float)
        defineBinary(
            "FDIV (vector)", "0q1011100z1mmmmm111111nnnnnddddd", "fdiv {Vd.F}, {Vn.F}, {Vm.F}", .floatDivide, .float)
        defineBinary(
            "FABD", "0q1011101z1mmmmm110101nnnnnddddd", "fabd {Vd.F}, {Vn.F}, {Vm.F}", .floatAbsoluteDifference, .float)
        defineBinary(
            "FRECPS", "0q0011100z1mmmmm111111nnnnnddddd", "frecps {Vd.F}, {Vn.F}, {Vm.F}", .floatReciprocalStep, .float)
        defineBinary(
            "FRSQRTS", "0q0011101z1mmmmm111111nnnnnddddd", "frsqrts {Vd.F}, {Vn.F}, {Vm.F}", .floatSquareRootStep,
            .float)
        defineBinary(
            "FMLA (vector)", "0q0011100z1mmmmm110011nnnnnddddd", "fmla {Vd.F}, {Vn.F}, {Vm.F}", .floatMultiplyAdd,
            .float)
        defineSubtractingProduct(
            "FMLS (vector)", "0q0011101z1mmmmm110011nnnnnddddd", "fmls {Vd.F}, {Vn.F}, {Vm.F}", .float)
    }

    private mutating func defineVectorFloatComparison() {
        defineBinary(
            "FCMEQ (register)", "0q0011100z1mmmmm111001nnnnnddddd", "fcmeq {Vd.F}, {Vn.F}, {Vm.F}", .floatCompareEqual,
            .float)
        defineBinary(
            "FCMGE (register)", "0q1011100z1mmmmm111001nnnnnddddd", "fcmge {Vd.F}, {Vn.F}, {Vm.F}",
            .floatCompareGreaterEqual, .float)
        defineBinary(
            "FCMGT (register)", "0q1011101z1mmmmm111001nnnnnddddd", "fcmgt {Vd.F}, {Vn.F}, {Vm.F}",
            .floatCompareGreater, .float)
        defineBinary(
            "FACGE", "0q1011100z1mmmmm111011nnnnnddddd", "facge {Vd.F}, {Vn.F}, {Vm.F}",
            .floatAbsoluteCompareGreaterEqual, .float)
        defineBinary(
            "FACGT", "0q1011101z1mmmmm111011nnnnnddddd", "facgt {Vd.F}, {Vn.F}, {Vm.F}", .floatAbsoluteCompareGreater,
            .float)
    }

    private mutating func defineVectorFloatNeighbours() {
        defineBinary(
            "FADDP (vector)", "0q1011100z1mmmmm110101nnnnnddddd", "faddp {Vd.F}, {Vn.F}, {Vm.F}", .floatAddPairs, .float
        )
        defineBinary(
            "FMAXNMP (vector)", "0q1011100z1mmmmm110001nnnnnddddd", "fmaxnmp {Vd.F}, {Vn.F}, {Vm.F}",
            .floatMaxNumberPairs, .float)
        defineBinary(
            "FMINNMP (vector)", "0q1011101z1mmmmm110001nnnnnddddd", "fminnmp {Vd.F}, {Vn.F}, {Vm.F}",
            .floatMinNumberPairs, .float)
        defineBinary(
            "FMAXP (vector)", "0q1011100z1mmmmm111101nnnnnddddd", "fmaxp {Vd.F}, {Vn.F}, {Vm.F}", .floatMaxPairs, .float
        )
        defineBinary(
            "FMINP (vector)", "0q1011101z1mmmmm111101nnnnnddddd", "fminp {Vd.F}, {Vn.F}, {Vm.F}", .floatMinPairs, .float
        )
    }

    private mutating func defineVectorHalfArithmetic() {
        defineBinary(
            "FMAXNM (vector, half)", "0q001110010mmmmm000001nnnnnddddd", "fmaxnm {Vd.H}, {Vn.H}, {Vm.H}",
            .floatMaxNumber, .half)
        defineBinary(
            "FMINNM (vector, half)", "0q001110110mmmmm000001nnnnnddddd", "fminnm {Vd.H}, {Vn.H}, {Vm.H}",
            .floatMinNumber, .half)
        defineBinary(
            "FADD (vector, half)", "0q001110010mmmmm000101nnnnnddddd", "fadd {Vd.H}, {Vn.H}, {Vm.H}", .floatAdd, .half)
        defineBinary(
            "FSUB (vector, half)", "0q001110110mmmmm000101nnnnnddddd", "fsub {Vd.H}, {Vn.H}, {Vm.H}", .floatSub, .half)
        defineBinary(
            "FMULX (vector, half)", "0q001110010mmmmm000111nnnnnddddd", "fmulx {Vd.H}, {Vn.H}, {Vm.H}",
            .floatMultiplyExtended, .half)
        defineBinary(
            "FMUL (vector, half)", "0q101110010mmmmm000111nnnnnddddd", "fmul {Vd.H}, {Vn.H}, {Vm.H}", .floatMultiply,
            .half)
        defineBinary(
            "FMAX (vector, half)", "0q001110010mmmmm001101nnnnnddddd", "fmax {Vd.H}, {Vn.H}, {Vm.H}", .floatMax, .half)
        defineBinary(
            "FMIN (vector, half)", "0q001110110mmmmm001101nnnnnddddd", "fmin {Vd.H}, {Vn.H}, {Vm.H}", .floatMin, .half)
        defineBinary(
            "FDIV (vector, half)", "0q101110010mmmmm001111nnnnnddddd", "fdiv {Vd.H}, {Vn.H}, {Vm.H}", .floatDivide,
            .half)
        defineBinary(
            "FABD (half)", "0q101110110mmmmm000101nnnnnddddd", "fabd {Vd.H}, {Vn.H}, {Vm.H}", .floatAbsoluteDifference,
            .half)
        defineBinary(
            "FRECPS (half)", "0q001110010mmmmm001111nnnnnddddd", "frecps {Vd.H}, {Vn.H}, {Vm.H}", .floatReciprocalStep,
            .half)
        defineBinary(
            "FRSQRTS (half)", "0q001110110mmmmm001111nnnnnddddd", "frsqrts {Vd.H}, {Vn.H}, {Vm.H}",
            .floatSquareRootStep, .half)
        defineBinary(
            "FMLA (vector, half)", "0q001110010mmmmm000011nnnnnddddd", "fmla {Vd.H}, {Vn.H}, {Vm.H}", .floatMultiplyAdd,
            .half)
        defineSubtractingProduct(
            "FMLS (vector, half)", "0q001110110mmmmm000011nnnnnddddd", "fmls {Vd.H}, {Vn.H}, {Vm.H}", .half)
    }

    private mutating func defineVectorHalfComparison() {
        defineBinary(
            "FCMEQ (register, half)", "0q001110010mmmmm001001nnnnnddddd", "fcmeq {Vd.H}, {Vn.H}, {Vm.H}",
            .floatCompareEqual, .half)
        defineBinary(
            "FCMGE (register, half)", "0q101110010mmmmm001001nnnnnddddd", "fcmge {Vd.H}, {Vn.H}, {Vm.H}",
            .floatCompareGreaterEqual, .half)
        defineBinary(
            "FCMGT (register, half)", "0q101110110mmmmm001001nnnnnddddd", "fcmgt {Vd.H}, {Vn.H}, {Vm.H}",
            .floatCompareGreater, .half)
        defineBinary(
            "FACGE (half)", "0q101110010mmmmm001011nnnnnddddd", "facge {Vd.H}, {Vn.H}, {Vm.H}",
            .floatAbsoluteCompareGreaterEqual, .half)
        defineBinary(
            "FACGT (half)", "0q101110110mmmmm001011nnnnnddddd", "facgt {Vd.H}, {Vn.H}, {Vm.H}",
            .floatAbsoluteCompareGreater, .half)
    }

    private mutating func defineVectorHalfNeighbours() {
        defineBinary(
            "FADDP (vector, half)", "0q101110010mmmmm000101nnnnnddddd", "faddp {Vd.H}, {Vn.H}, {Vm.H}", .floatAddPairs,
            .half)
        defineBinary(
            "FMAXNMP (vector, half)", "0q101110010mmmmm000001nnnnnddddd", "fmaxnmp {Vd.H}, {Vn.H}, {Vm.H}",
            .floatMaxNumberPairs, .half)
        defineBinary(
            "FMINNMP (vector, half)", "0q101110110mmmmm000001nnnnnddddd", "fminnmp {Vd.H}, {Vn.H}, {Vm.H}",
            .floatMinNumberPairs, .half)
        defineBinary(
            "FMAXP (vector, half)", "0q101110010mmmmm001101nnnnnddddd", "fmaxp {Vd.H}, {Vn.H}, {Vm.H}", .floatMaxPairs,
            .half)
        defineBinary(
            "FMINP (vector, half)", "0q101110110mmmmm001101nnnnnddddd", "fminp {Vd.H}, {Vn.H}, {Vm.H}", .floatMinPairs,
            .half)
    }

    /// Vd - Vn * Vm: the first factor changes its sign, even if it is a NaN.
    private mutating func defineSubtractingProduct(
        _ name: StaticString, _ pattern: StaticString, _ text: StaticString, _ rule: LaneRule
    ) {
        defineLanes(name, pattern, text, rule) { word, t, lanes in
            let negative = t.ir.lanes(.floatNegate, lanes, t.v(word.rn))
            t.setV(word.rd, t.lanes(.floatMultiplyAdd, lanes, negative, t.v(word.rm), t.v(word.rd)))
        }
    }
}
