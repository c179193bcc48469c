/* The experiment that `lemma run` takes when it is given none. */
#ifndef LEMMA_TOOLS_QUICKSTART_H
#define LEMMA_TOOLS_QUICKSTART_H

extern const char lemma_quickstart[];

/* What messages call it, and the file that its record takes its name from. */
#define LEMMA_QUICKSTART_TITLE "built-in quick start"
#define LEMMA_QUICKSTART_NAME "quickstart.yaml"

#endif
