#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "backend/playground/answer.h"
#include "backend/playground/shared_base.h"
#include "backend/run/load_run.h"
#include "models/forward_context.h"

namespace awb {

/// A finished run's adapters, fusions and heads inside a base that other runs share. Its names there begin
/// with a prefix, so that runs don't meet; they are taken out again when it goes.
class LoadedRun {
public:
    /// `prefix`: unique in the base, of letters, digits, - and _. Errors: files that are gone or don't fit;
    /// another base than the run was trained on.
    static Result<std::unique_ptr<LoadedRun>> load(RunSource source, std::shared_ptr<SharedBase> base,
                                                   std::string prefix);
    ~LoadedRun();
    LoadedRun(const LoadedRun&) = delete;
    LoadedRun& operator=(const LoadedRun&) = delete;

    const RunSource& source() const { return m_source; }
    SharedBase& base() const { return *m_base; }
    HeadType type() const { return headConfig().type; }
    const HeadConfig& headConfig() const; ///< of the first head
    std::vector<std::string> labels() const;
    std::vector<std::string> adapterNames() const; ///< that compositions may name, in the design's order
    bool hasGate() const;                          ///< a method looks at the padding of its batch
    int maxLength() const;                         ///< tokens
    bool readsPairs() const;                       ///< of texts
    /// These layers run un-adapted, as in the run's own evaluations.
    const std::set<int>& skipLayers() const { return m_skipLayers; }

    /// The composition of a choice, in the run's own names. Errors: a text that can't be read, an illegal
    /// composition, adapters or fusions that the run does not have.
    Result<Composition> compositionOf(const SetupChoice& choice) const;
    /// The same composition with the names that the adapters have in the base.
    Composition inBase(Composition composition) const;
    /// The heads that answer for it, by their names in the base: one for each branch.
    std::vector<std::string> headsFor(const Composition& composition) const;
    /// Chooses what runs; `composition` in the run's own names. A pass lowers the temperature of some
    /// fusions: they begin again at the run's.
    Result<void> activate(const Composition& composition) const;
    ForwardContext context() const;
    /// Bytes of the adapters and fusions of a composition and of its heads.
    std::int64_t addedBytes(const Composition& composition) const;
    std::int64_t allBytes() const;

private:
    LoadedRun(RunSource source, std::shared_ptr<SharedBase> base, std::string prefix);
    Result<void> loadAll();
    Result<void> check(const Composition& composition) const;

    RunSource m_source;
    std::shared_ptr<SharedBase> m_base;
    std::string m_prefix;
    RunParts m_parts;
    std::map<std::string, double> m_temperatures; ///< of the fusions, by their names in the base
    std::set<int> m_skipLayers;
};

/// "a, b and c" of names, or "none".
std::string namesText(const std::vector<std::string>& names);

} // namespace awb
