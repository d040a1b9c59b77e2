#include "backend/storage/fusion_encoding.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include <nlohmann/json.hpp>

#include "models/config/json_fields.h"

namespace awb::storage {

namespace {

constexpr float kOne = 65535.0F;

void append(std::vector<char>& bytes, std::span<const float> shares) {
    for (const float share : shares) {
        const float inside = std::isfinite(share) ? std::clamp(share, 0.0F, 1.0F) : 0.0F;
        const auto number = static_cast<unsigned>(std::lround(inside * kOne));
        bytes.push_back(static_cast<char>(number >> 8U));
        bytes.push_back(static_cast<char>(number & 0xffU));
    }
}

float shareAt(std::span<const char> blob, std::size_t index) {
    const auto high = static_cast<unsigned char>(blob[2 * index]);
    const auto low = static_cast<unsigned char>(blob[2 * index + 1]);
    return static_cast<float>(high * 256U + low) / kOne;
}

std::vector<float> shares(std::span<const char> blob, std::size_t begin, std::size_t count) {
    std::vector<float> values(count);
    for (std::size_t i = 0; i < count; ++i) {
        values[i] = shareAt(blob, begin + i);
    }
    return values;
}

FusionPlace placeFrom(const nlohmann::json& json) {
    const auto site = siteFromName(json.at("site").get<std::string>());
    return {json.at("layer").get<int>(), site.value_or(Site::FfnOutput)};
}

} // namespace

std::vector<char> encodeShares(std::span<const float> values) {
    std::vector<char> bytes;
    bytes.reserve(2 * values.size());
    append(bytes, values);
    return bytes;
}

Result<std::vector<float>> decodeShares(std::span<const char> blob) {
    if (blob.size() % 2 != 0) {
        return fail("recorded fusion weights have an odd number of bytes", {}, "The database is damaged");
    }
    return shares(blob, 0, blob.size() / 2);
}

std::vector<char> encodeSummary(const FusionRecord& record) {
    std::vector<char> bytes;
    bytes.reserve(2 * (record.mean.size() + record.spread.size() + record.entropy.size()));
    append(bytes, record.mean);
    append(bytes, record.spread);
    append(bytes, record.entropy);
    return bytes;
}

Result<void> decodeSummary(std::span<const char> blob, std::size_t places, std::size_t adapters,
                           FusionRecord& record) {
    const std::size_t cells = places * adapters;
    if (blob.size() != 2 * (2 * cells + places)) {
        return fail("recorded fusion weights have " + std::to_string(blob.size()) + " bytes, not " +
                        std::to_string(2 * (2 * cells + places)),
                    {}, "The database is damaged");
    }
    record.mean = shares(blob, 0, cells);
    record.spread = shares(blob, cells, cells);
    record.entropy = shares(blob, 2 * cells, places);
    return {};
}

std::string probeText(const FusionProbe& probe) {
    nlohmann::json places = nlohmann::json::array();
    for (const FusionPlace& place : probe.places) {
        places.push_back({{"layer", place.layer}, {"site", siteName(place.site)}});
    }
    nlohmann::json texts = nlohmann::json::array();
    for (const ProbeText& text : probe.texts) {
        texts.push_back({{"example", text.example}, {"label", text.label}, {"tokens", text.tokens}});
    }
    const nlohmann::json json{{"fusion", probe.fusion},   {"adapters", probe.adapters},
                              {"places", places},         {"split", probe.split},
                              {"seed", probe.seed},       {"examples", probe.examples},
                              {"classes", probe.classes}, {"class_of", probe.classOf},
                              {"texts", texts},           {"interval", probe.interval}};
    return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

Result<FusionProbe> probeFromText(const std::string& text) try {
    const nlohmann::json json = nlohmann::json::parse(text);
    FusionProbe probe;
    probe.fusion = json.at("fusion").get<std::string>();
    probe.adapters = json.at("adapters").get<std::vector<std::string>>();
    std::ranges::transform(json.at("places"), std::back_inserter(probe.places), placeFrom);
    probe.split = json.at("split").get<std::string>();
    probe.seed = json.at("seed").get<std::int64_t>();
    probe.examples = json.at("examples").get<std::vector<std::int64_t>>();
    probe.classes = json.at("classes").get<std::vector<std::string>>();
    probe.classOf = json.at("class_of").get<std::vector<int>>();
    probe.interval = json.at("interval").get<std::int64_t>();
    for (const nlohmann::json& item : json.at("texts")) {
        probe.texts.push_back({item.at("example").get<std::int64_t>(), item.at("label").get<std::string>(),
                               item.at("tokens").get<std::vector<std::string>>()});
    }
    return probe;
} catch (const nlohmann::json::exception& error) {
    return fail("what a fusion was measured on can't be read: " + std::string(error.what()), {},
                "The database is damaged");
}

} // namespace awb::storage
