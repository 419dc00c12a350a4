/* What Sources/Linux takes for granted of AArch64's structures and constants, checked against the kernel's headers. */
#include <asm/fcntl.h>
#include <asm/hwcap.h>
#include <asm/mman.h>
#include <asm/sigcontext.h>
#include <asm/signal.h>
#include <linux/signal.h>
#include <asm/siginfo.h>
#include <asm/stat.h>
#include <asm/ucontext.h>
#include <asm/sembuf.h>
#include <asm/shmbuf.h>
#include <asm/unistd.h>
#include <linux/auxvec.h>
#include <linux/eventpoll.h>
#include <linux/openat2.h>
#include <linux/prctl.h>
#include <linux/resource.h>
#include <linux/sched.h>
#include <linux/utsname.h>

#define IS(what, value) _Static_assert((what) == (value), #what " is not " #value)
#define AT(type, field, offset) IS(__builtin_offsetof(type, field), offset)

/* HostStatus */
IS(sizeof(struct stat), 128);
AT(struct stat, st_mode, 16);
AT(struct stat, st_nlink, 20);
AT(struct stat, st_uid, 24);
AT(struct stat, st_rdev, 32);
AT(struct stat, st_size, 48);
AT(struct stat, st_blksize, 56);
AT(struct stat, st_blocks, 64);
AT(struct stat, st_atime, 72);
AT(struct stat, st_mtime, 88);
AT(struct stat, st_ctime, 104);

/* OpenFlags */
IS(O_DIRECTORY, 040000);
IS(O_NOFOLLOW, 0100000);
IS(O_DIRECT, 0200000);
IS(O_LARGEFILE, 0400000);
IS(O_CREAT, 0100);
IS(O_EXCL, 0200);
IS(O_NONBLOCK, 04000);
IS(O_CLOEXEC, 02000000);
IS(O_PATH, 010000000);
IS(__O_TMPFILE, 020000000);
IS(sizeof(struct open_how), 24);

/* epoll */
IS(sizeof(struct epoll_event), 16);
AT(struct epoll_event, data, 8);

/* MapFlags */
IS(MAP_FIXED, 0x10);
IS(MAP_ANONYMOUS, 0x20);
IS(MAP_GROWSDOWN, 0x100);
IS(MAP_NORESERVE, 0x4000);
IS(MAP_FIXED_NOREPLACE, 0x100000);

/* Signals */
IS(sizeof(struct sigaction), 32);
AT(struct sigaction, sa_flags, 8);
AT(struct sigaction, sa_restorer, 16);
AT(struct sigaction, sa_mask, 24);
IS(SA_RESTORER, 0x04000000);
IS(SA_ONSTACK, 0x08000000);
IS(SA_RESTART, 0x10000000);
IS(SA_NODEFER, 0x40000000);
IS(SA_RESETHAND, 0x80000000);
IS(sizeof(stack_t), 24);
AT(stack_t, ss_flags, 8);
AT(stack_t, ss_size, 16);
IS(MINSIGSTKSZ, 5120);
IS(sizeof(siginfo_t), 128);
IS(__builtin_offsetof(siginfo_t, si_addr), 16);
IS(SEGV_MAPERR, 1);
IS(SEGV_ACCERR, 2);
IS(BUS_ADRALN, 1);
IS(BUS_ADRERR, 2);
IS(SS_AUTODISARM, 1u << 31);

/* SignalFrame: siginfo comes first, so that the context begins at 128. */
AT(struct ucontext, uc_stack, 16);
AT(struct ucontext, uc_sigmask, 40);
AT(struct ucontext, uc_mcontext, 304 - 128);
AT(struct sigcontext, regs, 8);
AT(struct sigcontext, sp, 560 - 304);
AT(struct sigcontext, pc, 568 - 304);
AT(struct sigcontext, pstate, 576 - 304);
AT(struct sigcontext, __reserved, 592 - 304);
IS(128 + sizeof(struct ucontext), 4688);
IS(FPSIMD_MAGIC, 0x46508001);
IS(sizeof(struct fpsimd_context), 528);
AT(struct fpsimd_context, fpsr, 8);
AT(struct fpsimd_context, fpcr, 12);
AT(struct fpsimd_context, vregs, 16);
IS(ESR_MAGIC, 0x45535201);
IS(sizeof(struct esr_context), 16);

/* System V */
IS(sizeof(struct semid64_ds), 88);
AT(struct semid64_ds, sem_otime, 48);
AT(struct semid64_ds, sem_ctime, 56);
AT(struct semid64_ds, sem_nsems, 64);
AT(struct shmid64_ds, shm_segsz, 48);

/* Processes */
AT(struct clone_args, child_tid, 16);
AT(struct clone_args, parent_tid, 24);
AT(struct clone_args, exit_signal, 32);
AT(struct clone_args, stack, 40);
AT(struct clone_args, tls, 56);
IS(CLONE_THREAD, 0x10000);
IS(CLONE_SETTLS, 0x80000);
IS(CLONE_PARENT_SETTID, 0x100000);
IS(CLONE_CHILD_CLEARTID, 0x200000);
IS(CLONE_CHILD_SETTID, 0x1000000);
IS(sizeof(struct new_utsname), 390);
IS(AT_HWCAP, 16);
IS(AT_HWCAP2, 26);
IS(AT_RANDOM, 25);
IS(AT_EXECFN, 31);
IS(AT_MINSIGSTKSZ, 51);

/* HardwareCapabilities */
IS(HWCAP_AES, 1 << 3);
IS(HWCAP_PMULL, 1 << 4);
IS(HWCAP_SHA1, 1 << 5);
IS(HWCAP_SHA2, 1 << 6);
IS(HWCAP_CRC32, 1 << 7);
IS(HWCAP_ATOMICS, 1 << 8);
IS(HWCAP_FPHP, 1 << 9);
IS(HWCAP_ASIMDHP, 1 << 10);
IS(HWCAP_CPUID, 1 << 11);
IS(HWCAP_ASIMDRDM, 1 << 12);
IS(HWCAP_JSCVT, 1 << 13);
IS(HWCAP_FCMA, 1 << 14);
IS(HWCAP_LRCPC, 1 << 15);
IS(HWCAP_DCPOP, 1 << 16);
IS(HWCAP_SHA3, 1 << 17);
IS(HWCAP_SM3, 1 << 18);
IS(HWCAP_SM4, 1 << 19);
IS(HWCAP_ASIMDDP, 1 << 20);
IS(HWCAP_SHA512, 1 << 21);
IS(HWCAP_ASIMDFHM, 1 << 23);
IS(HWCAP_DIT, 1 << 24);
IS(HWCAP_USCAT, 1 << 25);
IS(HWCAP_ILRCPC, 1 << 26);
IS(HWCAP_FLAGM, 1 << 27);
IS(HWCAP_SSBS, 1 << 28);
IS(HWCAP_SB, 1 << 29);
IS(HWCAP_PACA, 1 << 30);
IS(HWCAP_PACG, 1ul << 31);
IS(HWCAP2_DCPODP, 1 << 0);
IS(HWCAP2_FLAGM2, 1 << 7);
IS(HWCAP2_FRINT, 1 << 8);
IS(HWCAP2_I8MM, 1 << 13);
IS(HWCAP2_BF16, 1 << 14);
IS(HWCAP2_RNG, 1 << 16);
IS(HWCAP2_BTI, 1 << 17);
