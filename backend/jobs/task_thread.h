#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>

namespace awb {

/// One thread that runs tasks in the order of their coming. On destruction waiting tasks are dropped, the
/// running one is asked to stop through its token, and waited for.
class TaskThread {
public:
    using Task = std::function<void(std::stop_token)>;

    TaskThread();
    ~TaskThread();
    TaskThread(const TaskThread&) = delete;
    TaskThread& operator=(const TaskThread&) = delete;

    /// From any thread. The task must not throw.
    void post(Task task);

private:
    void run(const std::stop_token& stop);

    std::mutex m_mutex;
    std::condition_variable_any m_wake;
    std::deque<Task> m_tasks;
    std::jthread m_thread; ///< last, so that it starts when all else exists
};

} // namespace awb
