#pragma once

namespace awb {

/// Makes the process keep the memory that tensors give back, for the tensors of the next step. glibc would
/// hand every block of some megabytes back to the kernel, which then clears its pages again for each new
/// tensor: measured, that took three quarters of a masked-LM step. To be called once, before any thread
/// starts. Does nothing with another C library.
void keepFreedMemory();

/// Hands what is free back to the kernel: for a window that waits after a run.
void returnFreedMemory();

} // namespace awb
