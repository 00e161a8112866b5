/* This process: its clock, its memory, its threads. Of Linux. */
#ifndef BENCH_PROCESS_H
#define BENCH_PROCESS_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static inline double now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

/* A number of /proc/self/status; `name` with its colon. */
static inline uint64_t process_status(const char *name)
{
    char line[256];
    uint64_t value = 0;
    FILE *file = fopen("/proc/self/status", "r");
    while (file != NULL && fgets(line, sizeof line, file) != NULL)
        if (strncmp(line, name, strlen(name)) == 0)
            value = strtoull(line + strlen(name), NULL, 10);
    if (file != NULL)
        fclose(file);
    return value;
}

/* The resident memory in bytes, once it has been the same for a while: other threads may still be giving some back. */
static inline double settled_memory(void)
{
    const struct timespec pause = {.tv_nsec = 20 * 1000 * 1000};
    uint64_t last = process_status("VmRSS:");
    for (int turns = 0, same = 0; turns < 100 && same < 5; turns++) {
        nanosleep(&pause, NULL);
        uint64_t now = process_status("VmRSS:");
        same = now == last ? same + 1 : 0;
        last = now;
    }
    return (double)last * 1024;
}

#endif
