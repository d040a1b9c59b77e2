#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "backend/train/batching.h"

namespace awb {

class AdapterModel;
struct ForwardContext;
struct ModelOutput;

/// Runs batches of tokenised splits through a model. States below a layer, where nothing is trained, may be
/// computed once per example and reused in every later pass.
class BatchRunner {
public:
    /// `perToken`: the heads look at every token, not at the first alone.
    BatchRunner(AdapterModel& model, int padId, bool perToken);
    ~BatchRunner();

    /// Bytes that reuse takes for a split.
    std::int64_t cacheBytes(const TokenizedSplit& split, int layer) const;
    /// Computes the states below `layer` of all examples of a split, which must outlive this object. The
    /// batches depend on the split alone, so a resumed run gets the same bits. `progress` gets the examples
    /// done so far.
    void precompute(const TokenizedSplit& split, int layer, ForwardContext& context,
                    const std::function<void(std::size_t)>& progress);

    PaddedBatch pad(const TokenizedSplit& split, ExampleList examples) const;
    /// From reusable states where the split has some.
    ModelOutput run(const TokenizedSplit& split, const PaddedBatch& batch, ForwardContext& context);

private:
    struct States;
    /// Above the last layer such heads look at a text's first token alone, so only it is kept.
    bool firstTokenOnly(int layer) const;

    AdapterModel& m_model;
    int m_padId;
    bool m_perToken;
    std::map<std::string, std::unique_ptr<States>> m_states; ///< by the split's name
};

} // namespace awb
