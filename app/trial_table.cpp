#include "app/trial_table.h"

#include <cstdio>

#include <nlohmann/json.hpp>

#include "app/console.h"

namespace awb::app {

std::string spreadText(const std::vector<double>& values) {
    if (values.empty()) {
        return "–";
    }
    const Spread spread = spreadOf(values);
    char text[64];
    if (values.size() == 1) {
        std::snprintf(text, sizeof text, "%.1f", 100 * spread.mean);
    } else {
        std::snprintf(text, sizeof text, "%.1f ± %.1f", 100 * spread.mean, 100 * spread.deviation);
    }
    return text;
}

void announceTrial(const Experiment& experiment) {
    std::fprintf(stderr, "%s, seed %lld, learning rate %g\n", experiment.name.c_str(),
                 static_cast<long long>(experiment.training.seed), experiment.training.learningRate);
}

void printTrialTable(const char* what, const std::vector<TrialRow>& rows) {
    const std::string metric = rows.empty() ? "" : rows.front().metric;
    std::printf("| %s | preset | trained parameters | learning rate | validation %s | test %s |\n", what,
                metric.c_str(), metric.c_str());
    std::printf("|---|---|---|---|---|---|\n");
    for (const TrialRow& row : rows) {
        if (row.error) {
            std::printf("| %s | `%s` | %s | | %s | |\n", row.title.c_str(), row.preset.c_str(),
                        countText(row.parameters).c_str(), row.error->message().c_str());
            continue;
        }
        std::printf("| %s | `%s` | %s | %g | %s | %s |\n", row.title.c_str(), row.preset.c_str(),
                    countText(row.parameters).c_str(), row.learningRate, spreadText(row.validation).c_str(),
                    spreadText(row.test).c_str());
    }
}

nlohmann::ordered_json rowsJson(const std::vector<TrialRow>& rows) {
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const TrialRow& row : rows) {
        nlohmann::ordered_json json{{"preset", row.preset},
                                    {"title", row.title},
                                    {"parameters", row.parameters},
                                    {"learning_rate", row.learningRate},
                                    {"metric", row.metric},
                                    {"validation", row.validation},
                                    {"test", row.test},
                                    {"runs", row.runs}};
        if (row.error) {
            json["error"] = row.error->message();
        }
        list.push_back(std::move(json));
    }
    return list;
}

} // namespace awb::app
