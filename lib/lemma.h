/* The public interface of liblemma: one include for programs that link it. */
#ifndef LEMMA_H
#define LEMMA_H

#include "config/experiment.h"
#include "core/alloc.h"
#include "core/blas.h"
#include "core/cholesky.h"
#include "core/eigen.h"
#include "core/lanczos.h"
#include "core/outer.h"
#include "core/product.h"
#include "core/rng.h"
#include "core/status.h"
#include "core/view.h"
#include "data/dataset.h"
#include "kernel/bounds.h"
#include "kernel/frozen.h"
#include "kernel/gram.h"
#include "kernel/jacobian.h"
#include "kernel/limit.h"
#include "kernel/spectrum.h"
#include "net/network.h"
#include "net/tape.h"
#include "probe/probe.h"
#include "record/reader.h"
#include "record/record.h"
#include "run/run.h"
#include "train/event.h"
#include "train/trainer.h"

#endif
