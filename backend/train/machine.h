#pragma once

#include <string>

namespace awb {

/// What this machine's linear algebra can do, from a product of two 512 x 512 float matrices.
struct MachineSpeed {
    double gflops = 0; ///< multiply-adds times two, on `threads` threads
    int threads = 1;
    bool slowBlas = false;     ///< far below what any optimised BLAS reaches: the reference BLAS is in use
    std::string advice;        ///< what to do about it; empty when all is well
    std::string configuration; ///< LibTorch's own description of its build
};

/// Takes some tens of milliseconds on the calling thread (longer with a slow BLAS).
MachineSpeed measureMachine(int threads = 0);

} // namespace awb
