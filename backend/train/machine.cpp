#include "backend/train/machine.h"

#include <algorithm>
#include <chrono>

#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <torch/types.h>

#include "backend/train/threads.h"

namespace awb {
namespace {

constexpr int kSize = 512;
constexpr int kProducts = 6;
/// An optimised BLAS gives 30 and more on one thread of any x86-64 of the last ten years; the reference BLAS
/// about 1.
constexpr double kSlowGflops = 6.0;
/// Once this much time has gone into it, the answer is known well enough.
constexpr double kEnoughSeconds = 0.15;

} // namespace

MachineSpeed measureMachine(int threads) {
    using Clock = std::chrono::steady_clock;
    const torch::NoGradGuard noGrad;
    MachineSpeed speed;
    speed.threads = setTorchThreads(threads);
    speed.configuration = at::show_config() + at::get_parallel_info();
    const torch::Tensor a = torch::full({kSize, kSize}, 0.5F);
    const torch::Tensor b = torch::full({kSize, kSize}, 0.25F);
    torch::Tensor c = torch::empty({kSize, kSize});
    constexpr double kOperations = 2.0 * kSize * kSize * kSize;
    double best = 0;
    double spent = 0;
    // The first product pays for starting threads and touching memory: the best one counts.
    for (int i = 0; i < kProducts && spent < kEnoughSeconds; ++i) {
        const auto began = Clock::now();
        torch::mm_out(c, a, b);
        const double seconds = std::chrono::duration<double>(Clock::now() - began).count();
        spent += seconds;
        best = std::max(best, kOperations / std::max(seconds, 1e-9));
    }
    speed.gflops = best * 1e-9;
    speed.slowBlas = speed.gflops < kSlowGflops;
    if (speed.slowBlas) {
        speed.advice =
            "Matrix products are very slow here, as with Debian's reference BLAS: training would take many "
            "times longer than it should. Install OpenBLAS (sudo apt install libopenblas0) and start the "
            "program again";
    }
    return speed;
}

} // namespace awb
