#include "app/stop_signals.h"

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "app/commands.h"

namespace awb::app {

namespace {

constexpr std::array kSignals{SIGINT, SIGTERM};
constexpr char kStop = 's';
constexpr char kEnd = 'e';

// A signal handler reaches globals only, and may do little more than write to a pipe.
std::atomic<int> signalCount{0};
static_assert(std::atomic<int>::is_always_lock_free);
std::array<int, 2> signalPipe{-1, -1};

extern "C" void onSignal(int /*signal*/) {
    const int error = errno;
    if (signalCount.fetch_add(1) > 0) {
        constexpr std::array<char, 1> kNewline{'\n'};
        [[maybe_unused]] const ssize_t ignored = ::write(STDERR_FILENO, kNewline.data(), kNewline.size());
        ::_exit(kInterrupted);
    }
    [[maybe_unused]] const ssize_t ignored = ::write(signalPipe[1], &kStop, 1);
    errno = error;
}

void setHandler(void (*handler)(int)) {
    struct sigaction action = {};
    action.sa_handler = handler;
    action.sa_flags = SA_RESTART;
    ::sigemptyset(&action.sa_mask);
    for (const int signal : kSignals) {
        ::sigaction(signal, &action, nullptr);
    }
}

void watch(const std::function<void()>& onStop) {
    char command = 0;
    while (true) {
        const ssize_t got = ::read(signalPipe[0], &command, 1);
        if (got == 1 && command == kStop) {
            onStop();
        } else if (got >= 0 || errno != EINTR) {
            return;
        }
    }
}

} // namespace

StopSignals::StopSignals(std::function<void()> onStop) {
    if (::pipe2(signalPipe.data(), O_CLOEXEC) != 0) {
        throw std::system_error(errno, std::generic_category(), "a pipe for signals can't be made");
    }
    signalCount = 0;
    m_watcher = std::thread([stop = std::move(onStop)] { watch(stop); });
    setHandler(onSignal);
}

StopSignals::~StopSignals() {
    setHandler(SIG_DFL);
    [[maybe_unused]] const ssize_t ignored = ::write(signalPipe[1], &kEnd, 1);
    m_watcher.join();
    for (int& end : signalPipe) {
        ::close(std::exchange(end, -1));
    }
}

bool StopSignals::received() {
    return signalCount > 0;
}

} // namespace awb::app
