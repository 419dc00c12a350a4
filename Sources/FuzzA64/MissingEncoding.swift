/// Why encodings of the manual are not implemented: the processors that we have the models of, `max` included, lack them, or
/// they are undefined there.
enum MissingEncoding {
    /// By the beginning of an encoding's name, as `Scripts/list-encodings` writes it; nil for one that is just missing.
    static func reason(_ name: String) -> String? {
        reasons.first { entry in entry.names.contains { name.hasPrefix($0) } }?.reason
    }

    private static let reasons: [(reason: String, names: [String])] = [
        ("permanently undefined", ["udf_"]),
        ("undefined outside Debug state (no model has external debug)", ["dcps", "drps_"]),
        ("undefined: no system instruction with a result exists without FEAT_GCS", ["sysl_"]),
        ("FEAT_SYSREG128 and FEAT_SYSINSTR128 (not part of max)", ["mrrs_", "msrr_", "sysp_"]),
        ("FEAT_TME (not part of max)", ["tstart_", "ttest_", "tcommit_", "tcancel_"]),
        ("FEAT_MTE and FEAT_MOPS (not part of max)", ["setgp"]),
        (
            "FEAT_MTE (not part of max)",
            [
                "addg_", "subg_", "gmi_", "irg_", "subp_", "subps_", "ldg_", "ldgm_", "stg_", "stgm_", "stgp_", "st2g_",
                "stzg_", "stz2g_", "stzgm_",
            ]
        ),
        ("FEAT_GCS (not part of max)", ["gcsstr_", "gcssttr_"]),
        ("FEAT_LS64, FEAT_LS64_V, FEAT_LS64_ACCDATA (not part of max)", ["ld64b_", "st64b"]),
        ("FEAT_LSE128 (not part of max)", ["ldclrp_", "ldsetp_", "swpp_"]),
        ("FEAT_THE (not part of max)", ["rcw"]),
        (
            "FEAT_LRCPC3 (not part of max)",
            [
                "ldiapp_", "stilp_", "ldap1_", "stl1_", "ldapur_fpsimd", "stlur_fpsimd",
                "ldapr_memory_ordered_rcpc_writeback", "stlr_memory_ordered_writeback",
            ]
        ),
    ]
}
