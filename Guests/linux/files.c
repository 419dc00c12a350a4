/* Files, and structures and flags that differ between AArch64 and the host. */
#include "linux.h"

enum { O_RDWR = 2, O_CREAT = 0100, O_EXCL = 0200, O_DIRECTORY = 040000, O_NOFOLLOW = 0100000 };

struct stat {
    u64 dev, ino;
    u32 mode, nlink, uid, gid;
    u64 rdev, pad;
    s64 size;
    s32 blksize, pad2;
    s64 blocks;
    u64 times[6];
    u32 unused[2];
};
struct epoll_event { u32 events; u64 data; };
struct utsname { char field[6][65]; };

int run(int argc, char **argv, char **envp, u64 *auxv) {
    static const char name[] = "emulator-files-test";
    call(SYS_unlinkat, AT_FDCWD, name, 0);
    s64 file = call(SYS_openat, AT_FDCWD, name, O_RDWR | O_CREAT | O_EXCL, 0640);
    say("again: %d\n", call(SYS_openat, AT_FDCWD, name, O_RDWR | O_CREAT | O_EXCL, 0640));
    call(SYS_write, file, "0123456789", 10);
    struct stat status;
    s64 result = call(SYS_fstat, file, &status);
    say("fstat: %d mode %x links %d size %d block %d\n", result, (u64)status.mode, (u64)status.nlink, status.size,
        (s64)status.blksize);
    result = call(SYS_newfstatat, AT_FDCWD, name, &status, 0);
    say("newfstatat: %d size %d\n", result, status.size);
    say("stat of nothing: %d\n", call(SYS_newfstatat, AT_FDCWD, "no such file", &status, 0));
    say("stat to nowhere: %d\n", call(SYS_fstat, file, 8));
    say("as a directory: %d\n", call(SYS_openat, AT_FDCWD, name, O_DIRECTORY, 0));
    s64 directory = call(SYS_openat, AT_FDCWD, ".", O_DIRECTORY, 0);
    say("flags of a directory: %x\n", call(SYS_fcntl, directory, 3, 0) & ~0400000);
    s64 events = call(SYS_epoll_create1, 0), counter = call(SYS_eventfd2, 3, 0);
    struct epoll_event event = {1, 0x123456789abcdef0}, got[2] = {{0, 0}, {0, 0}};
    call(SYS_epoll_ctl, events, 1, counter, &event);
    result = call(SYS_epoll_pwait, events, got, 2, 1000, 0, 8);
    say("epoll: %d events %x data %x\n", result, (u64)got[0].events, got[0].data);
    struct utsname system;
    call(SYS_uname, &system);
    say("machine %s\n", system.field[4]);
    char text[64];
    u64 vector[4] = {(u64)text, 4, (u64)text + 4, 60};
    call(SYS_lseek, file, 0, 0);
    result = call6(65, (u64)file, (u64)vector, 2, 0, 0, 0);
    text[result] = 0;
    say("readv: %d %s\n", result, text);
    say("unknown call: %d\n", call(999));
    /* In it an emulator's own memory would be as open as the program's. */
    say("memory of a process: %d %d\n", call(SYS_openat, AT_FDCWD, "/proc/self/mem", O_RDWR, 0),
        call(SYS_openat, AT_FDCWD, "/proc/thread-self/../../mem", 0, 0));
    call(SYS_unlinkat, AT_FDCWD, name, 0);
    u64 keys = 0;
    for (; *auxv; auxv += 2) {
        if (*auxv < 64) keys |= 1ul << *auxv;
        if (*auxv == 6) say("page size %d\n", auxv[1]);
        if (*auxv == 31) say("has a name: %d\n", (u64)equal((char *)auxv[1], argv[0]));
    }
    say("auxiliary vector %x\n", keys & ~(1ul << 33));
    return 7;
}
