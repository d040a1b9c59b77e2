#pragma once

#include <cstring>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "backend/formats/safetensors.h"

namespace awb::test {

/// A float32 matrix or vector of a file.
struct Values {
    std::vector<std::int64_t> shape;
    std::vector<float> numbers;

    bool operator==(const Values&) const = default;
};

/// All float32 tensors of a safetensors file; empty where it can't be read.
inline std::map<std::string, Values> readValues(const std::filesystem::path& file) {
    std::map<std::string, Values> all;
    const auto opened = SafetensorsFile::open(file);
    if (!opened) {
        return all;
    }
    for (const TensorEntry& entry : opened->header().tensors) {
        const auto bytes = opened->bytes(entry);
        Values values{entry.shape, std::vector<float>(bytes.size() / sizeof(float))};
        std::memcpy(values.numbers.data(), bytes.data(), bytes.size());
        all[entry.name] = std::move(values);
    }
    return all;
}

/// The product of two matrices.
inline std::vector<double> product(const Values& left, const Values& right) {
    const std::size_t rows = static_cast<std::size_t>(left.shape[0]);
    const std::size_t inner = static_cast<std::size_t>(left.shape[1]);
    const std::size_t columns = static_cast<std::size_t>(right.shape[1]);
    std::vector<double> result(rows * columns);
    for (std::size_t i = 0; i < rows; ++i) {
        for (std::size_t k = 0; k < inner; ++k) {
            const double factor = left.numbers[i * inner + k];
            for (std::size_t j = 0; j < columns; ++j) {
                result[i * columns + j] += factor * right.numbers[k * columns + j];
            }
        }
    }
    return result;
}

} // namespace awb::test
