/* The public interface of liblemma. */
#ifndef LEMMA_H
#define LEMMA_H

#endif
