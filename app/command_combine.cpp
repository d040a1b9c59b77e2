#include <charconv>
#include <cstdio>
#include <optional>

#include "app/commands.h"
#include "app/console.h"
#include "backend/checkpoint/combine.h"
#include "backend/checkpoint/inspect.h"

namespace fs = std::filesystem;

namespace awb::app {

namespace {

struct Parsed {
    std::string folder;
    std::optional<double> weight;
};

/// "FOLDER=WEIGHT"; a folder that has an '=' in its own name is taken whole.
Result<Parsed> parseTerm(const std::string& text) {
    const std::size_t at = text.rfind('=');
    std::error_code ignored;
    if (at == std::string::npos || fs::is_directory(text, ignored)) {
        return Parsed{text, std::nullopt};
    }
    double weight = 0;
    const char* begin = text.data() + at + 1;
    const char* end = text.data() + text.size();
    const auto [stop, code] = std::from_chars(begin, end, weight);
    if (code != std::errc() || stop != end) {
        return fail("The weight is no number", text, "Write FOLDER=0.5");
    }
    return Parsed{text.substr(0, at), weight};
}

/// All with weights, or none: then their average.
Result<std::vector<Combination::Term>> parseTerms(const std::vector<std::string>& texts) {
    std::vector<Combination::Term> terms;
    std::size_t weighted = 0;
    for (const std::string& text : texts) {
        const auto parsed = parseTerm(text);
        if (!parsed) {
            return fail(parsed.error());
        }
        weighted += parsed->weight ? 1 : 0;
        terms.push_back({parsed->folder, parsed->weight.value_or(1.0 / static_cast<double>(texts.size()))});
    }
    if (weighted != 0 && weighted != texts.size()) {
        return fail("Some adapters have a weight and some have none", {}, "Give all of them one, or none");
    }
    return terms;
}

Result<void> normalize(std::vector<Combination::Term>& terms) {
    std::vector<CombineTerm> weights;
    for (const Combination::Term& term : terms) {
        weights.push_back({{}, term.weight});
    }
    const auto divided = normalized(std::move(weights));
    if (!divided) {
        return fail(divided.error());
    }
    for (std::size_t i = 0; i < terms.size(); ++i) {
        terms[i].weight = (*divided)[i].weight;
    }
    return {};
}

Result<Combination> combinationOf(const CombineCommand& options) {
    Combination combination;
    const auto method = combineMethodFromName(options.method);
    if (!method) {
        return fail("There is no such method", options.method, "Choose linear, svd, concatenate or negate_b");
    }
    combination.options = {*method, options.rank};
    auto terms = parseTerms(options.terms);
    if (!terms) {
        return fail(terms.error());
    }
    combination.terms = std::move(*terms);
    if (options.isNormalized) {
        if (auto done = normalize(combination.terms); !done) {
            return fail(done.error());
        }
    }
    const auto base = resolveBaseModel(options.base);
    if (!base) {
        return fail(base.error());
    }
    combination.base = *base;
    combination.to = options.to;
    const fs::path whole = fs::absolute(options.to).lexically_normal();
    combination.newName = !options.name.empty()
                              ? options.name
                              : (whole.has_filename() ? whole : whole.parent_path()).filename().string();
    combination.modelName = options.base;
    combination.form = options.pickle ? WeightsForm::Pickle : WeightsForm::Safetensors;
    return combination;
}

} // namespace

int runCombine(const CombineCommand& options) {
    const auto combination = combinationOf(options);
    if (!combination) {
        return complain(combination.error());
    }
    const auto remarks = combineFolders(*combination);
    if (!remarks) {
        return complain(remarks.error());
    }
    std::printf("%s: adapter %s\n", options.to.c_str(), combination->newName.c_str());
    for (const Combination::Term& term : combination->terms) {
        std::printf("  %+g  %s\n", term.weight, term.folder.string().c_str());
    }
    for (const std::string& remark : *remarks) {
        std::printf("! %s\n", remark.c_str());
    }
    return kSuccess;
}

} // namespace awb::app
