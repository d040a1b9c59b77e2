#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "backend/analysis/fusion_record.h"
#include "models/config/result.h"

namespace awb::storage {

// Shares between 0 and 1 as unsigned 16-bit numbers, high byte first: 65535 stands for 1. So plain SQL can
// decode them (see the view fusion_weight), and 1,000 steps of 12 layers and 8 adapters are 400 kB.

std::vector<char> encodeShares(std::span<const float> shares);
/// Error: an odd number of bytes.
Result<std::vector<float>> decodeShares(std::span<const char> blob);

/// Mean, spread and entropy, one behind the other.
std::vector<char> encodeSummary(const FusionRecord& record);
/// Fills `record.mean`, `spread` and `entropy`. Error: another number of bytes than P and K need.
Result<void> decodeSummary(std::span<const char> blob, std::size_t places, std::size_t adapters,
                           FusionRecord& record);

/// The probe as JSON text and back.
std::string probeText(const FusionProbe& probe);
Result<FusionProbe> probeFromText(const std::string& text);

} // namespace awb::storage
