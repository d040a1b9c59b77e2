#include "ui/runs/run_state_text.h"

#include <map>

#include <QCoreApplication>

namespace awb::ui {

namespace {

QString text(const char* words) {
    return QCoreApplication::translate("awb::ui::RunStateText", words);
}

} // namespace

QString runStateText(RunState state) {
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
    static const std::map<std::string, QString> kNames{
        {"macro_f1", QStringLiteral("macro-F1")},
        {"micro_f1", QStringLiteral("micro-F1")},
        {"mcc", QStringLiteral("MCC")},
        {"pearson", QStringLiteral("Pearson r")},
        {"spearman", QStringLiteral("Spearman ρ")},
        {"subset_accuracy", text("exact match")},
        {"lrap", QStringLiteral("LRAP")},
        {"entity_f1", text("entity F1")},
        {"entity_precision", text("entity precision")},
        {"entity_recall", text("entity recall")},
        {"perplexity", text("perplexity")},
    };
    const auto found = kNames.find(metric);
    return found == kNames.end() ? QString::fromStdString(metric) : found->second;
}

} // namespace awb::ui
