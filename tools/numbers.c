#include "numbers.h"

#include <math.h>
#include <stdio.h>

const char *number_real(double x, char buffer[NUMBER_ROOM])
{
    if (isnan(x))
        snprintf(buffer, NUMBER_ROOM, "-");
    else
        snprintf(buffer, NUMBER_ROOM, "%.4g", x);
    return buffer;
}

const char *number_duration(double seconds, char buffer[NUMBER_ROOM])
{
    if (!(seconds >= 0 && seconds < 3.6e7)) {
        snprintf(buffer, NUMBER_ROOM, "-");
    } else if (seconds < 99.5) {
        snprintf(buffer, NUMBER_ROOM, seconds < 9.95 ? "%.2g s" : "%.0f s", seconds);
    } else if (seconds < 3600) {
        long s = lround(seconds);
        snprintf(buffer, NUMBER_ROOM, "%ld min %02ld s", s / 60, s % 60);
    } else {
        long min = lround(seconds / 60);
        snprintf(buffer, NUMBER_ROOM, "%ld h %02ld min", min / 60, min % 60);
    }
    return buffer;
}

const char *number_bytes(double bytes, char buffer[NUMBER_ROOM])
{
    static const char *const units[] = {"bytes", "kB", "MB", "GB", "TB"};
    size_t i = 0;

    while (bytes >= 999.5 && i + 1 < sizeof units / sizeof units[0]) {
        bytes /= 1000;
        i++;
    }
    snprintf(buffer, NUMBER_ROOM, i == 0 ? "%.0f %s" : "%.3g %s", bytes, units[i]);
    return buffer;
}

int64_t number_whole(double x)
{
    if (x >= 0x1p63)
        return INT64_MAX;
    return x >= -0x1p63 ? (int64_t) x : x < 0 ? INT64_MIN : 0;
}
