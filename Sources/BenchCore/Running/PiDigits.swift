import CGMP
import Glibc

/// The digits of pi by libgmp, against which the `pidigits` workload is checked: our big numbers run on our emulator, so
/// neither may be its own judge.
package enum PiDigits {
    /// Checks the `DIGITS` lines of a workload's output; other workloads have none.
    ///
    /// - Throws: ``BenchError`` with the first digit that is wrong.
    package static func check(output: String, workload: String) throws {
        guard workload == "pidigits" else { return }
        let lines = output.split(whereSeparator: \.isNewline).map(\.trimmed).filter { $0.hasPrefix("DIGITS ") }
        let printed = lines.map { $0.dropFirst("DIGITS ".count) }.joined()
        guard !printed.isEmpty else { throw BenchError("pidigits printed no DIGITS line") }
        let right = digits(printed.count)
        guard printed == right else {
            let place = zip(printed, right).enumerated().first { $0.element.0 != $0.element.1 }?.offset ?? 0
            throw BenchError("digit \(place + 1) of pi is wrong, says libgmp")
        }
    }

    /// The first digits, without the point: 314159...
    ///
    /// Machin's formula in integers: pi = 16 arctan(1/5) - 4 arctan(1/239), scaled by 10^(count + guard); every division
    /// rounds by less than one, and sixteen digits more than asked for absorb what that adds up to.
    package static func digits(_ count: Int) -> String {
        let guardDigits = 16
        let (unity, pi) = (Integer(), Integer())
        __gmpz_ui_pow_ui(unity.value, 10, UInt(count + guardDigits))
        addArctangent(of: 5, times: 16, unity: unity, to: pi)
        addArctangent(of: 239, times: -4, unity: unity, to: pi)
        guard let text = __gmpz_get_str(nil, 10, pi.value) else { return "" }
        defer { free(text) }
        return String(String(cString: text).prefix(count))
    }

    /// sum += factor * arctan(1/x) * unity, by the series 1/x - 1/(3 x^3) + 1/(5 x^5) - ...
    private static func addArctangent(of x: UInt, times factor: Int, unity: Integer, to sum: Integer) {
        let (power, term) = (Integer(), Integer())
        __gmpz_mul_si(power.value, unity.value, factor)
        __gmpz_tdiv_q_ui(power.value, power.value, x)
        var divisor: UInt = 1
        while __gmpz_size(power.value) != 0 {
            __gmpz_tdiv_q_ui(term.value, power.value, divisor)
            if divisor % 4 == 1 {
                __gmpz_add(sum.value, sum.value, term.value)
            } else {
                __gmpz_sub(sum.value, sum.value, term.value)
            }
            __gmpz_tdiv_q_ui(power.value, power.value, x * x)
            divisor += 2
        }
    }

    /// A number of libgmp at a fixed address, since its operations may read what they write.
    private final class Integer {
        let value = UnsafeMutablePointer<__mpz_struct>.allocate(capacity: 1)

        init() { __gmpz_init(value) }

        deinit {
            __gmpz_clear(value)
            value.deallocate()
        }
    }
}
