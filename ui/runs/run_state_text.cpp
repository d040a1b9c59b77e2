#include "ui/runs/run_state_text.h"

#include <QCoreApplication>

namespace awb::ui {

QString runStateText(RunState state) {
    const auto text = [](const char* words) {
        return QCoreApplication::translate("awb::ui::RunStateText", words);
    };
    switch (state) {
    case RunState::Preparing:
        return text("Preparing");
    case RunState::Running:
        return text("Running");
    case RunState::Paused:
        return text("Paused");
    case RunState::Stopping:
        return text("Stopping");
    case RunState::Stopped:
        return text("Stopped");
    case RunState::Finished:
        return text("Finished");
    case RunState::Failed:
        return text("Failed");
    case RunState::Interrupted:
        return text("Interrupted");
    }
    return {};
}

QString runStateIcon(RunState state) {
    switch (state) {
    case RunState::Preparing:
        return QStringLiteral("clock");
    case RunState::Running:
        return QStringLiteral("play");
    case RunState::Paused:
        return QStringLiteral("pause");
    case RunState::Stopping:
    case RunState::Stopped:
        return QStringLiteral("stop");
    case RunState::Finished:
        return QStringLiteral("success");
    case RunState::Failed:
        return QStringLiteral("error");
    case RunState::Interrupted:
        return QStringLiteral("warning");
    }
    return {};
}

Tone runStateTone(RunState state) {
    switch (state) {
    case RunState::Running:
        return Tone::Trainable;
    case RunState::Finished:
        return Tone::Success;
    case RunState::Failed:
        return Tone::Error;
    case RunState::Interrupted:
        return Tone::Warning;
    default:
        return Tone::MutedText;
    }
}

QString metricText(const std::string& metric) {
    if (metric == "macro_f1") {
        return QStringLiteral("macro-F1");
    }
    if (metric == "mcc") {
        return QStringLiteral("MCC");
    }
    if (metric == "pearson") {
        return QStringLiteral("Pearson r");
    }
    if (metric == "spearman") {
        return QStringLiteral("Spearman ρ");
    }
    return QString::fromStdString(metric);
}

} // namespace awb::ui
