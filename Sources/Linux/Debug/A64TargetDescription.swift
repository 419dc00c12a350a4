/// The registers of an AArch64 program as a debugger numbers them (GDB manual, appendix G.5.1, "AArch64 Features").
enum A64TargetDescription {
    static var text: String {
        let general = (0..<31).map { #"<reg name="x\#($0)" bitsize="64"/>"# }
        let vectors = (0..<32).map { #"<reg name="v\#($0)" bitsize="128" type="aarch64v"/>"# }
        return """
            <?xml version="1.0"?><!DOCTYPE target SYSTEM "gdb-target.dtd"><target>
            <architecture>aarch64</architecture><osabi>GNU/Linux</osabi>
            <feature name="org.gnu.gdb.aarch64.core">\(general.joined())
            <reg name="sp" bitsize="64" type="data_ptr"/><reg name="pc" bitsize="64" type="code_ptr"/>
            <flags id="cpsr_flags" size="4"><field name="V" start="28" end="28"/><field name="C" start="29" end="29"/>
            <field name="Z" start="30" end="30"/><field name="N" start="31" end="31"/></flags>
            <reg name="cpsr" bitsize="32" type="cpsr_flags"/></feature>
            <feature name="org.gnu.gdb.aarch64.fpu">
            <vector id="v2d" type="ieee_double" count="2"/><vector id="v2u" type="uint64" count="2"/>
            <vector id="v4f" type="ieee_single" count="4"/><vector id="v4u" type="uint32" count="4"/>
            <vector id="v8u" type="uint16" count="8"/><vector id="v16u" type="uint8" count="16"/>
            <union id="aarch64v"><field name="d" type="v2d"/><field name="du" type="v2u"/><field name="s" type="v4f"/>
            <field name="su" type="v4u"/><field name="hu" type="v8u"/><field name="bu" type="v16u"/>
            <field name="q" type="uint128"/></union>
            \(vectors.joined())<reg name="fpsr" bitsize="32"/><reg name="fpcr" bitsize="32"/></feature></target>
            """
    }
}
