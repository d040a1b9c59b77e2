#pragma once

#include <filesystem>
#include <fstream>
#include <functional>
#include <string>

#include <nlohmann/json.hpp>

#include <QTemporaryDir>

namespace awb::test {

/// A fixture case with its model in a temporary folder, to be changed by a test.
class FixtureCopy {
public:
    explicit FixtureCopy(const std::string& name) {
        const std::filesystem::path data = std::filesystem::path(AWB_TEST_DATA) / "fixtures";
        const auto how = std::filesystem::copy_options::recursive;
        std::filesystem::create_directories(root() / "cases");
        std::filesystem::create_directories(root() / "models");
        std::filesystem::copy(data / "models", root() / "models", how);
        m_case = root() / "cases" / name;
        std::filesystem::copy(data / "cases" / name, m_case, how);
    }

    const std::filesystem::path& folder() const { return m_case; }
    std::filesystem::path root() const { return m_dir.path().toStdString(); }
    std::filesystem::path base() const { return root() / "models" / "bert"; }

    /// Rewrites a JSON file of the case.
    void edit(const std::filesystem::path& file, const std::function<void(nlohmann::json&)>& change) const {
        nlohmann::json json;
        std::ifstream(m_case / file) >> json;
        change(json);
        std::ofstream(m_case / file) << json.dump(1);
    }

private:
    QTemporaryDir m_dir;
    std::filesystem::path m_case;
};

} // namespace awb::test
