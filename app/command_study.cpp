#include <algorithm>
#include <cmath>
#include <cstdio>

#include <nlohmann/json.hpp>

#include "app/commands.h"
#include "app/console.h"
#include "app/json_output.h"
#include "app/opened_run_command.h"
#include "backend/run/adapter_study.h"

namespace awb::app {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kShownTokens = 4;

Json number(double value) {
    return std::isfinite(value) ? Json(value) : Json();
}

Json toJson(const UnitActivity& activity) {
    Json json{{"active_share", number(activity.activeShare)},
              {"dead_units", activity.deadUnits},
              {"active_above", number(activity.threshold)}};
    Json& units = json["units"] = Json::array();
    for (const FiringUnit& unit : activity.units) {
        Json tokens = Json::array();
        for (const FiringToken& token : unit.tokens) {
            tokens.push_back({{"token", token.token},
                              {"activation", number(token.activation)},
                              {"before", token.before},
                              {"after", token.after}});
        }
        units.push_back({{"unit", unit.unit},
                         {"peak", number(unit.peak)},
                         {"mean", number(unit.mean)},
                         {"tokens", std::move(tokens)}});
    }
    return json;
}

/// What a module does not have is left out.
Json toJson(const ModuleStudy& module) {
    Json json{{"adapter", module.adapter},
              {"layer", module.layer == kNoLayer ? Json() : Json(module.layer)},
              {"site", siteName(module.site)},
              {"size", module.size}};
    if (module.change) {
        json["change"] = {{"mean", number(module.change->mean)},
                          {"deviation", number(module.change->deviation)}};
    }
    if (module.activity) {
        json["activity"] = toJson(*module.activity);
    }
    if (!module.singularValues.empty()) {
        json["singular_values"] = module.singularValues;
        json["effective_rank"] = effectiveRank(module.singularValues);
    }
    return json;
}

Json toJson(const AdapterStudy& study, std::int64_t run) {
    Json json{{"run", run},
              {"split", study.sample.split},
              {"seed", study.sample.seed},
              {"examples", study.sample.examples},
              {"all_examples", study.sample.all},
              {"tokens", study.sample.tokens},
              {"compared_tokens", study.sample.compared}};
    Json modules = Json::array();
    Json cka = Json::array();
    for (std::size_t i = 0; i < study.modules.size(); ++i) {
        modules.push_back(toJson(study.modules[i]));
        Json row = Json::array();
        for (std::size_t other = 0; other < study.modules.size(); ++other) {
            row.push_back(number(static_cast<double>(study.similarityOf(i, other))));
        }
        cka.push_back(std::move(row));
    }
    json["modules"] = std::move(modules);
    json["cka"] = std::move(cka);
    return json;
}

std::string nameOf(const ModuleStudy& module) {
    return moduleKey(module.adapter, module.layer, module.site);
}

void printModules(const AdapterStudy& study) {
    std::printf("  %-3s %-30s %8s %16s %8s %7s %10s %10s\n", "", "module", "size", "change/input", "active",
                "dead", "rank", "largest");
    for (std::size_t i = 0; i < study.modules.size(); ++i) {
        const ModuleStudy& module = study.modules[i];
        std::printf("  %-3zu %-30s %8d", i, nameOf(module).c_str(), module.size);
        if (module.change) {
            std::printf(" %8.4f ±%6.4f", module.change->mean, module.change->deviation);
        } else {
            std::printf(" %16s", "-");
        }
        if (module.activity) {
            std::printf(" %6.1f %% %7d", 100 * module.activity->activeShare, module.activity->deadUnits);
        } else {
            std::printf(" %8s %7s", "-", "-");
        }
        if (module.singularValues.empty()) {
            std::printf(" %10s %10s\n", "-", "-");
        } else {
            std::printf(" %10.1f %10.4f\n", effectiveRank(module.singularValues),
                        module.singularValues.front());
        }
    }
}

void printSimilarity(const AdapterStudy& study) {
    std::printf("Similarity of the changes (linear CKA), modules by their number:\n      ");
    for (std::size_t i = 0; i < study.modules.size(); ++i) {
        std::printf(" %5zu", i);
    }
    std::printf("\n");
    for (std::size_t i = 0; i < study.modules.size(); ++i) {
        std::printf("  %-3zu ", i);
        for (std::size_t other = 0; other < study.modules.size(); ++other) {
            const float value = study.similarityOf(i, other);
            if (std::isfinite(value)) {
                std::printf(" %5.2f", static_cast<double>(value));
            } else {
                std::printf(" %5s", "-");
            }
        }
        std::printf("\n");
    }
}

void printUnits(const AdapterStudy& study) {
    for (const ModuleStudy& module : study.modules) {
        if (!module.activity || module.activity->units.empty()) {
            continue;
        }
        std::printf("Units that fire most in %s:\n", nameOf(module).c_str());
        for (const FiringUnit& unit : module.activity->units) {
            std::printf("  %4d  peak %-8s mean %-8s", unit.unit, numberText(unit.peak).c_str(),
                        numberText(unit.mean).c_str());
            for (std::size_t i = 0; i < std::min(kShownTokens, unit.tokens.size()); ++i) {
                std::printf("  %s (%s)", unit.tokens[i].token.c_str(),
                            numberText(unit.tokens[i].activation).c_str());
            }
            std::printf("\n");
        }
    }
}

void printFindings(const AdapterStudy& study) {
    for (const StudyFinding& finding : findingsIn(study)) {
        const ModuleStudy& module = study.modules[finding.module];
        switch (finding.kind) {
        case StudyFinding::Kind::AdapterNearIdentity:
            std::printf("%s is still close to the identity: at most %.2f %% of its input is changed (%s)\n",
                        module.adapter.c_str(), 100 * finding.value, nameOf(module).c_str());
            break;
        case StudyFinding::Kind::ModuleNearIdentity:
            std::printf("%s is still close to the identity: %.2f %% of its input is changed\n",
                        nameOf(module).c_str(), 100 * finding.value);
            break;
        case StudyFinding::Kind::ManyDeadUnits:
            std::printf("%s: %.0f %% of the units are never active\n", nameOf(module).c_str(),
                        100 * finding.value);
            break;
        }
    }
}

void print(const AdapterStudy& study, std::int64_t run) {
    std::printf("Run %lld: %s of %s examples of %s, %s tokens, %s of them compared\n",
                static_cast<long long>(run), countText(study.sample.examples).c_str(),
                countText(study.sample.all).c_str(), study.sample.split.c_str(),
                countText(study.sample.tokens).c_str(), countText(study.sample.compared).c_str());
    printModules(study);
    printSimilarity(study);
    printUnits(study);
    printFindings(study);
}

} // namespace

int runStudy(const StudyOptions& options) {
    const auto measure = [&](OpenedRun& run, RunStore& store, RunControl& control, ProgressBar& bar) {
        auto study =
            studyAdapters(run, control, [&bar](double done) { bar.show(done, "Watching the adapters"); });
        if (study) {
            if (const auto stored = store.setAdapterStudy(options.run, *study); !stored) {
                return Result<AdapterStudy>(fail(stored.error()));
            }
        }
        return study;
    };
    return lookIntoRun(options.run, options.workspace,
                       {static_cast<std::size_t>(options.examples), options.split, options.seed}, measure,
                       [&](const AdapterStudy& study) {
                           if (options.json) {
                               printJson(toJson(study, options.run));
                           } else {
                               print(study, options.run);
                           }
                       });
}

} // namespace awb::app
