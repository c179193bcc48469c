/* Preloaded: an OpenBLAS that misjudges this CPU unless it is told the kernel. */
#include <stdlib.h>

char *openblas_get_corename(void);

char *openblas_get_corename(void)
{
    static char slow[] = "Prescott", told[64];
    const char *type = getenv("OPENBLAS_CORETYPE");

    if (!type)
        return slow;
    for (size_t i = 0; i + 1 < sizeof told && (told[i] = type[i]); i++)
        ;
    return told;
}
