// Round trips of interrupts between the two processors of each pair (0 and 1, 2 and 3, ...): one sends, the other
// answers from its handler. A processor without a partner sends to itself. `wfi` sleeps until the answer arrives,
// `spin` polls.
#include "../runtime/runtime.h"
#include "../runtime/sync.h"

static const char *const variants[] = {"wfi", "spin", NULL};
enum { WFI, SPIN };

/// How often each processor's handler has run, and how often it will; written by that processor alone.
static struct {
    _Alignas(CACHE_LINE) volatile uint64_t handled;
} counts[MAX_CPUS];

/// Processors whose interrupts are enabled: nobody sends before all are.
static volatile uint64_t ready;

INLINE unsigned partner_of(unsigned cpu) { return (cpu ^ 1) < run.smp ? cpu ^ 1 : cpu; }

static void handler(unsigned cpu) {
    store_relaxed(&counts[cpu].handled, load_relaxed(&counts[cpu].handled) + 1);
    // Odd processors answer; even ones send the next when they have seen the answer.
    if (cpu & 1)
        ipi_send(cpu, cpu - 1);
}

/// Waits until this processor has handled `target` interrupts.
INLINE void wait_for(unsigned cpu, uint64_t target) {
    while (load_relaxed(&counts[cpu].handled) < target) {
        if (run.variant == WFI)
            ipi_wait(cpu);
        else
            ipi_poll(cpu);
    }
}

static uint64_t share(unsigned cpu) {
    ipi_enable(handler);
    fetch_add(&ready, 1, ORDER_ACQREL);
    wake(WAIT_WFE);
    while (load_waiting(&ready, ORDER_ACQREL, WAIT_WFE) != run.smp)
        relax(WAIT_WFE);

    const unsigned partner = partner_of(cpu), first = cpu & ~1u;
    const struct range mine = share_of(run.units, first, partner == cpu ? 1 : 2);
    const uint64_t trips = mine.end - mine.first;
    if (cpu & 1) {
        wait_for(cpu, trips);
        return 0;
    }
    uint64_t sum = 0;
    for (uint64_t trip = 1; trip <= trips; trip++) {
        ipi_send(cpu, partner);
        wait_for(cpu, trip);
        // The answer has come once: the partner has handled exactly this many.
        const uint64_t theirs = load_relaxed(&counts[partner].handled);
        if (theirs != trip)
            fail("trip=%lu handled=%lu cpu=%u partner=%u", trip, theirs, cpu, partner);
        sum += mix(mine.first + trip);
    }
    return sum;
}

static uint64_t finish(uint64_t sum) {
    report("ns_per_trip", run.elapsed / run.units, 10);
    return sum;
}

const struct workload workload = {
    .name = "ipi", .variants = variants, .units = 20000, .share = share, .finish = finish};
