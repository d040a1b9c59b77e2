#pragma once

#include <chrono>
#include <mutex>
#include <string>

namespace awb::app {

/// Progress on standard error. On a terminal one line that is drawn again and again; elsewhere (a file, a
/// pipe) a plain line every ten seconds. May be used from several threads.
class ProgressBar {
public:
    ProgressBar();
    /// Takes the bar away.
    ~ProgressBar();
    ProgressBar(const ProgressBar&) = delete;
    ProgressBar& operator=(const ProgressBar&) = delete;

    /// `fraction` in 0..1, or below 0 where it is not known. Cheap: most calls draw nothing.
    void show(double fraction, const std::string& text);
    /// A line that stays, above the bar.
    void line(const std::string& text);

private:
    void draw();
    void erase();

    const bool m_terminal;
    std::mutex m_mutex;
    double m_fraction = -1;
    std::string m_text;
    bool m_drawn = false;
    std::chrono::steady_clock::time_point m_next;
};

} // namespace awb::app
