#include "app/progress_bar.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <sys/ioctl.h>
#include <unistd.h>

namespace awb::app {

namespace {

constexpr std::chrono::milliseconds kRedraw{100};
constexpr std::chrono::seconds kPlainLine{10};
constexpr int kBarWidth = 24;

/// Columns of the terminal behind standard error.
std::size_t terminalWidth() {
    winsize size{};
    const bool known = ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
    return known ? size.ws_col : 80;
}

std::string barText(double fraction) {
    if (fraction < 0) {
        return {};
    }
    const double share = std::clamp(fraction, 0.0, 1.0);
    const int filled = static_cast<int>(std::floor(share * kBarWidth));
    std::string bar = "[" + std::string(static_cast<std::size_t>(filled), '=');
    if (filled < kBarWidth) {
        bar += '>' + std::string(static_cast<std::size_t>(kBarWidth - filled - 1), ' ');
    }
    std::string percent = std::to_string(static_cast<int>(std::floor(share * 100)));
    percent.insert(0, 3 - std::min<std::size_t>(percent.size(), 3), ' ');
    return bar + "] " + percent + "%  ";
}

} // namespace

ProgressBar::ProgressBar()
    : m_terminal(::isatty(STDERR_FILENO) != 0) {}

ProgressBar::~ProgressBar() {
    const std::scoped_lock lock(m_mutex);
    erase();
}

void ProgressBar::show(double fraction, const std::string& text) {
    const std::scoped_lock lock(m_mutex);
    m_fraction = fraction;
    m_text = text;
    const auto now = std::chrono::steady_clock::now();
    if (now < m_next) {
        return;
    }
    m_next = now + (m_terminal ? std::chrono::duration_cast<std::chrono::milliseconds>(kRedraw)
                               : std::chrono::duration_cast<std::chrono::milliseconds>(kPlainLine));
    if (m_terminal) {
        draw();
    } else {
        const std::string percent =
            fraction < 0 ? std::string()
                         : std::to_string(static_cast<int>(std::clamp(fraction, 0.0, 1.0) * 100)) + "%  ";
        std::fprintf(stderr, "%s%s\n", percent.c_str(), text.c_str());
    }
}

void ProgressBar::line(const std::string& text) {
    const std::scoped_lock lock(m_mutex);
    const bool redraw = m_drawn;
    erase();
    std::fprintf(stderr, "%s\n", text.c_str());
    if (redraw) {
        draw();
    }
}

void ProgressBar::draw() {
    // One column is kept free: a full line would wrap in some terminals.
    const std::string text = (barText(m_fraction) + m_text).substr(0, terminalWidth() - 1);
    std::fprintf(stderr, "\r\033[K%s", text.c_str());
    std::fflush(stderr);
    m_drawn = true;
}

void ProgressBar::erase() {
    if (m_drawn) {
        std::fputs("\r\033[K", stderr);
        std::fflush(stderr);
        m_drawn = false;
    }
}

} // namespace awb::app
