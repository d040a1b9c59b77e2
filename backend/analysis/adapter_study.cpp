#include "backend/analysis/adapter_study.h"

#include <algorithm>
#include <cmath>

namespace awb {

namespace {

constexpr double kManyDead = 0.5;

bool isNearIdentity(const ModuleStudy& module) {
    return module.change && module.change->mean < kNearIdentity;
}

double changeOf(const ModuleStudy& module) {
    return module.change ? module.change->mean : -1;
}

double deadShare(const ModuleStudy& module) {
    return module.activity && module.size > 0
               ? static_cast<double>(module.activity->deadUnits) / static_cast<double>(module.size)
               : 0;
}

/// Modules [begin, end) are those of one adapter.
void addNearIdentity(const AdapterStudy& study, std::size_t begin, std::size_t end,
                     std::vector<StudyFinding>& into) {
    using Kind = StudyFinding::Kind;
    std::size_t measured = 0;
    std::size_t near = 0;
    std::size_t most = begin;
    for (std::size_t i = begin; i < end; ++i) {
        measured += study.modules[i].change ? 1 : 0;
        near += isNearIdentity(study.modules[i]) ? 1 : 0;
        most = changeOf(study.modules[i]) > changeOf(study.modules[most]) ? i : most;
    }
    if (near > 0 && near == measured) {
        into.push_back({Kind::AdapterNearIdentity, most, changeOf(study.modules[most])});
        return;
    }
    for (std::size_t i = begin; i < end; ++i) {
        if (isNearIdentity(study.modules[i])) {
            into.push_back({Kind::ModuleNearIdentity, i, changeOf(study.modules[i])});
        }
    }
}

} // namespace

double effectiveRank(const std::vector<double>& singularValues) {
    double sum = 0;
    for (const double value : singularValues) {
        sum += value;
    }
    if (!(sum > 0)) {
        return 0;
    }
    double entropy = 0;
    for (const double value : singularValues) {
        const double share = value / sum;
        entropy -= share > 0 ? share * std::log(share) : 0;
    }
    return std::exp(entropy);
}

std::vector<StudyFinding> findingsIn(const AdapterStudy& study) {
    std::vector<StudyFinding> findings;
    for (std::size_t begin = 0; begin < study.modules.size();) {
        std::size_t end = begin;
        while (end < study.modules.size() && study.modules[end].adapter == study.modules[begin].adapter) {
            ++end;
        }
        addNearIdentity(study, begin, end, findings);
        begin = end;
    }
    for (std::size_t i = 0; i < study.modules.size(); ++i) {
        if (const double dead = deadShare(study.modules[i]); dead >= kManyDead) {
            findings.push_back({StudyFinding::Kind::ManyDeadUnits, i, dead});
        }
    }
    return findings;
}

} // namespace awb
