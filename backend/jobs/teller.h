#pragma once

#include <functional>
#include <utility>

#include <QPointer>

#include "backend/jobs/run_controller.h"

namespace awb {

/// A task's way to tell an object of the controller's thread: what it tells is called there, in order, where
/// the object still lives by then. Used while the task runs, on the worker's thread.
template<typename Object>
class Teller {
public:
    Teller(QPointer<Object> object, const TaskTell& tell)
        : m_object(std::move(object))
        , m_tell(tell) {}

    void operator()(std::function<void(Object&)> what) const {
        m_tell([object = m_object, what = std::move(what)] {
            if (object) {
                what(*object);
            }
        });
    }

private:
    QPointer<Object> m_object;
    const TaskTell& m_tell;
};

} // namespace awb
