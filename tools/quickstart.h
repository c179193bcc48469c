/* The experiment that `lemma run` takes when it is given none. */
#ifndef LEMMA_TOOLS_QUICKSTART_H
#define LEMMA_TOOLS_QUICKSTART_H

extern const char lemma_quickstart[];

#define LEMMA_QUICKSTART_NAME "quickstart.yaml"

#endif
