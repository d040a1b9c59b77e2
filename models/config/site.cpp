#include "models/config/site.h"

namespace awb {

std::string_view siteName(Site site) {
    switch (site) {
    case Site::AttentionOutput:
        return "attention_output";
    case Site::AttentionParallel:
        return "attention_parallel";
    case Site::FfnOutput:
        return "ffn_output";
    case Site::FfnParallel:
        return "ffn_parallel";
    }
    return {};
}

std::optional<Site> siteFromName(std::string_view name) {
    for (const Site site : kBottleneckSites) {
        if (siteName(site) == name) {
            return site;
        }
    }
    return std::nullopt;
}

} // namespace awb
