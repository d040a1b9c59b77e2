#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "backend/data/dataset.h"

namespace awb {

/// Gathers remarks on single rows into one sentence a kind and file: how many, which, and what became of
/// them.
class WarningLog {
public:
    /// `file` is shown with all that follows.
    void setFile(std::string file) { m_file = std::move(file); }

    /// One row of a kind. The sentence is made of `outcome` ("left out", "kept") and the details of the first
    /// rows. `unit`: what one of them is called if not "row".
    void add(std::string_view kind, std::string_view outcome, std::int64_t line, std::string detail,
             std::string_view unit = "row");
    /// The same where several lines are at fault; the detail goes on from the first one.
    void add(std::string_view kind, std::string_view outcome, const std::vector<std::int64_t>& lines,
             std::string detail, std::string_view unit = "row");
    /// A remark on a whole file.
    void addSentence(std::string sentence, std::vector<std::int64_t> lines = {}, std::int64_t count = 0);
    /// The details of the first rows of the current file with this outcome, for an error message.
    std::string detailsOf(std::string_view outcome) const;

    std::vector<DataWarning> finish() const;

private:
    struct Group {
        std::string kind;
        std::string outcome;
        std::string unit;
        std::string file;
        std::vector<std::string> details;
        std::vector<std::int64_t> lines;
        std::int64_t count = 0;
        bool sentence = false;
    };
    static std::string detailText(const Group& group);

    std::string m_file;
    std::vector<Group> m_groups;
};

} // namespace awb
