// Memory order and waiting, spelled out: the synchronisation workloads compare ways to write the same thing, so they
// say exactly which instructions they mean instead of leaving the choice to C11 atomics.
#pragma once

#include "runtime.h"

/// How an access is ordered.
enum ordering {
    ORDER_DMB,     ///< plain accesses and exclusives with full barriers (DMB ISH) around them
    ORDER_ACQREL,  ///< LDAR, STLR, LDAXR, STLXR
    ORDER_LSE,     ///< single-instruction atomics (ARMv8.1 LDADDAL and friends), LDAR and STLR
};

/// How a processor spends the time until a word changes.
enum waiting {
    WAIT_WFE,    ///< exclusive load arms the monitor, WFE sleeps until it is lost or a SEV arrives
    WAIT_YIELD,  ///< YIELD hint in the loop
    WAIT_SPIN,   ///< nothing but the loop
};

#if defined(__aarch64__)
#include "aarch64/sync_aarch64.h"
#else
#include "host/sync_host.h"
#endif
