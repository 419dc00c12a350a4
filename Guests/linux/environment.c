/* Prints its environment. */
#include "linux.h"

int run(int argc, char **argv, char **envp, u64 *auxv) {
    for (; *envp; envp++) say("%s\n", *envp);
    return 0;
}
