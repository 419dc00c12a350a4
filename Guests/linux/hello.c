/* The least that a program does. */
#include "linux.h"

int run(int argc, char **argv, char **envp, u64 *auxv) {
    say("hello from %s\n", argc > 1 ? argv[1] : "AArch64");
    return 0;
}
