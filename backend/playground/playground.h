#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "backend/playground/answer.h"
#include "backend/playground/error_report.h"

namespace awb {

/// The models of finished runs, to be asked. Runs on the same base share it in memory; what was used last
/// stays loaded. For one thread. Nothing it does throws.
class Playground {
public:
    explicit Playground(const std::filesystem::path& workspace);
    ~Playground();
    Playground(const Playground&) = delete;
    Playground& operator=(const Playground&) = delete;

    /// 0..1 now and then; false asks to stop, which is then the error.
    using Progress = std::function<bool(double)>;

    /// Opens a run. Errors: it is not finished, its files or its base are gone or changed.
    Result<RunInfo> open(std::int64_t run);
    /// Errors: as for `open`; an empty text; a composition that can't be read, is illegal, or names what the
    /// run does not have.
    Result<Answer> answer(const Question& question, const PlaygroundText& text);
    /// One for each question, see `measureLatency`.
    Result<std::vector<Latency>> measure(const std::vector<Question>& questions, const PlaygroundText& text,
                                         int repeats, const Progress& progress);
    /// See `MixedBatch`.
    Result<BatchReport> batch(const std::vector<BatchRow>& rows, std::size_t cacheSize);
    /// The first texts of a run's validation part, else of its test or training part.
    Result<std::vector<PlaygroundText>> examples(std::int64_t run, std::size_t most,
                                                 const Progress& progress);
    /// A run's model on a split of its own data, or of another run's. See `judgeSplit`.
    Result<ErrorReport> judge(std::int64_t run, std::int64_t dataOf, const std::string& split,
                              const Progress& progress);

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace awb
