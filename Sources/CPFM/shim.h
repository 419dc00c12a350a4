// The kernel's header first: libpfm4 brings a partial copy of it, which steps aside only when it comes second.
#include <linux/perf_event.h>
#include <perfmon/pfmlib.h>
#include <perfmon/pfmlib_perf_event.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

// Swift imports neither variadic functions (syscall) nor macros that compute (PERF_EVENT_IOC_*): one inline each.

/// perf_event_open(2) for the calling thread on whatever processor it runs.
static inline int emu_perf_open_self(struct perf_event_attr *attributes, int group) {
    return (int)syscall(SYS_perf_event_open, attributes, 0, -1, group, PERF_FLAG_FD_CLOEXEC);
}

static inline int emu_perf_reset_group(int leader) {
    return ioctl(leader, PERF_EVENT_IOC_RESET, PERF_IOC_FLAG_GROUP);
}

static inline int emu_perf_enable_group(int leader) {
    return ioctl(leader, PERF_EVENT_IOC_ENABLE, PERF_IOC_FLAG_GROUP);
}

static inline int emu_perf_disable_group(int leader) {
    return ioctl(leader, PERF_EVENT_IOC_DISABLE, PERF_IOC_FLAG_GROUP);
}
