/* What is said where HDF5 crashes over a damaged file. */
#ifndef LEMMA_TOOLS_LAST_RESORT_H
#define LEMMA_TOOLS_LAST_RESORT_H

/* From now on, of a command that only reads: argv[1..argc) names what it reads. */
void last_resort(int argc, char **argv);

#endif
