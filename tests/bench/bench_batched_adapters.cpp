// What it gains to compute K adapters at one site as batched products: the projections of K Pfeiffer adapters
// of BERT-Base's width (768 -> 48 -> 768) as Fuse and Average need them (one input for all) and as Parallel
// does (an input each), against one after the other. Frozen adapters, as AdapterFusion trains, and trained
// ones. Forward and backward, ratios of one run.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

#include <ATen/CPUGeneratorImpl.h>
#include <torch/types.h>

#include "backend/train/heap.h"
#include "backend/train/threads.h"
#include "models/config/adapter_config.h"
#include "models/methods/batched_bottlenecks.h"
#include "models/methods/parameter_store.h"

namespace awb {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kHidden = 768;
constexpr int kRounds = 21;

double milliseconds(const std::function<void()>& work) {
    const auto began = Clock::now();
    work();
    return std::chrono::duration<double, std::milli>(Clock::now() - began).count();
}

double median(std::vector<double> times) {
    std::ranges::nth_element(times, times.begin() + kRounds / 2);
    return times[kRounds / 2];
}

/// K adapters with one module each.
class Bank {
public:
    Bank(int count, bool isFrozen) {
        ModelConfig model;
        model.hiddenSize = kHidden;
        model.numLayers = 1;
        model.numHeads = 12;
        model.intermediateSize = 3072;
        torch::Generator generator = at::detail::createCPUGenerator(1);
        const AdapterConfig config = AdapterConfig::of(m_config);
        for (int i = 0; i < count; ++i) {
            m_stores.emplace_back(*tensorsOf(config, model, "a"), ParameterStore::BaseWeight(), generator);
        }
        const std::string prefix = "bert.encoder.layer.0.output.adapters.a.";
        for (const ParameterStore& store : m_stores) {
            for (const NamedTensor& parameter : store.all()) {
                parameter.tensor.requires_grad_(!isFrozen);
            }
            m_modules.emplace_back(m_config, store.under(prefix), store.under({}));
        }
        for (const BottleneckModule& module : m_modules) {
            m_members.push_back({"a", &module});
        }
    }

    /// What AdapterFusion reads, [B, T, K, H], from one input; what leaves a Parallel block, [K, B, T, H],
    /// from an input each.
    torch::Tensor oneByOne(const torch::Tensor& v, bool isEach) const {
        std::vector<torch::Tensor> changes;
        for (std::size_t i = 0; i < m_modules.size(); ++i) {
            changes.push_back(m_modules[i].project(isEach ? v[static_cast<std::int64_t>(i)] : v).change);
        }
        return torch::stack(changes, isEach ? 0 : 2);
    }
    torch::Tensor batched(const torch::Tensor& v, bool isEach) {
        if (!BatchedBottlenecks::pays(m_members, v.numel() / kHidden / (isEach ? v.size(0) : 1))) {
            return oneByOne(v, isEach);
        }
        return isEach ? m_batched.projectEach(m_members, v).change
                      : m_batched.projectAll(m_members, v).change.permute({1, 2, 0, 3}).contiguous();
    }

private:
    BottleneckConfig m_config;
    std::vector<ParameterStore> m_stores;
    std::vector<BottleneckModule> m_modules;
    std::vector<BatchedMember> m_members;
    BatchedBottlenecks m_batched;
};

void measure(int count, int rows, int tokens, bool isEach, bool isFrozen) {
    Bank bank(count, isFrozen);
    const torch::Tensor v =
        (isEach ? torch::randn({count, rows, tokens, kHidden}) : torch::randn({rows, tokens, kHidden}))
            .requires_grad_(true);
    const torch::Tensor gradient = torch::randn_like(bank.oneByOne(v, isEach));
    const auto timed = [&](bool isBatched) {
        return milliseconds(
            [&] { (isBatched ? bank.batched(v, isEach) : bank.oneByOne(v, isEach)).backward(gradient); });
    };
    timed(false); // warm the memory up
    timed(true);
    std::vector<double> alones, togethers; // in turn, so that what else the machine does hits both
    for (int round = 0; round < kRounds; ++round) {
        alones.push_back(timed(false));
        togethers.push_back(timed(true));
    }
    const double alone = median(alones);
    const double together = median(togethers);
    std::printf("%-14s %-8s K = %d  %2d x %3d tokens   one by one %7.2f ms   batched %7.2f ms   gain %.2f\n",
                isEach ? "Parallel" : "Fuse, Average", isFrozen ? "frozen" : "trained", count, rows, tokens,
                alone, together, alone / together);
}

/// The largest case once, unmeasured: until then the C library gives memory back to the system after every
/// tensor, which would be measured in whatever comes first.
void warmUp() {
    Bank bank(8, false);
    const torch::Tensor v = torch::randn({8, 16, 64, kHidden}).requires_grad_(true);
    for (int round = 0; round < 3; ++round) {
        bank.oneByOne(v, true).sum().backward();
        bank.batched(v, true).sum().backward();
    }
}

} // namespace
} // namespace awb

int main() {
    awb::keepFreedMemory(); // as the program does
    std::printf("threads: %d\n", awb::setTorchThreads(0));
    awb::warmUp();
    for (const bool isEach : {false, true}) {
        for (const bool isFrozen : {true, false}) {
            for (const auto& [rows, tokens] : {std::pair{1, 16}, {8, 16}, {16, 64}}) {
                for (const int count : {2, 4, 8}) {
                    awb::measure(count, rows, tokens, isEach, isFrozen);
                }
            }
        }
    }
    return 0;
}
