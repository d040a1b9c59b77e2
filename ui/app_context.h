#pragma once

#include <filesystem>

namespace awb {
class BackgroundReader;
class RunController;
class RunStore;
} // namespace awb

namespace awb::ui {

class DesignDocument;

/// What the pages share; owned by the program, outlives the window.
struct AppContext {
    std::filesystem::path workspace;
    RunController* runs = nullptr;      ///< the worker
    BackgroundReader* reader = nullptr; ///< slow reads
    RunStore* store = nullptr;          ///< the window's own connection: short reads and edits
    DesignDocument* document = nullptr;
};

} // namespace awb::ui
