#include "ui/runs/run_details.h"

#include <map>

#include <QCoreApplication>

#include "ui/runs/run_state_text.h"
#include "ui/widgets/number_text.h"

namespace awb::ui {

namespace {

QString translated(const char* text) {
    return QCoreApplication::translate("awb::ui::RunDetails", text);
}

QString escaped(const std::string& text) {
    return QString::fromStdString(text).toHtmlEscaped();
}

QString row(const QString& name, const QString& value) {
    return QStringLiteral("<tr><td style='padding-right:12px'>%1</td><td>%2</td></tr>").arg(name, value);
}

QString heading(const QString& text) {
    return QStringLiteral("<p style='margin:8px 0 2px 0'><b>%1</b></p>").arg(text);
}

} // namespace

QString runDetailsHtml(const RunRow& run, const RunPlan* plan, std::optional<std::int64_t> seed) {
    QString html = QStringLiteral("<p style='margin:0'><b>%1</b> · %2</p>")
                       .arg(escaped(run.name), runStateText(run.state));
    if (run.error) {
        html += heading(translated("What went wrong"));
        html += QStringLiteral("<p style='margin:0'>%1</p>").arg(escaped(run.error->what));
        if (!run.error->where.empty()) {
            html += QStringLiteral("<p style='margin:0'>%1</p>").arg(escaped(run.error->where));
        }
        if (!run.error->advice.empty()) {
            html += QStringLiteral("<p style='margin:0'>%1</p>").arg(escaped(run.error->advice));
        }
    }
    if (!run.metrics.empty()) {
        html += heading(translated("Metrics")) + QStringLiteral("<table>");
        for (const auto& [name, value] : run.metrics) {
            const std::size_t dot = name.find('.');
            const QString split = escaped(name.substr(0, dot));
            const QString metric = dot == std::string::npos ? QString() : metricText(name.substr(dot + 1));
            html += row(QStringLiteral("%1 %2").arg(split, metric), valueText(value));
        }
        html += QStringLiteral("</table>");
    }
    html += heading(translated("Design")) + QStringLiteral("<table>");
    html += row(translated("Adapters"), escaped(run.designSummary));
    html += row(translated("Trained parameters"), fullCount(run.trainableParameters));
    html += row(translated("Base"), escaped(run.baseModel));
    html += row(translated("Base hash"), run.baseHash.empty()
                                             ? QStringLiteral("—")
                                             : QStringLiteral("<code>%1</code>").arg(escaped(run.baseHash)));
    if (plan) {
        for (const auto& [part, hash] : plan->frozen) {
            if (part == "base") {
                continue; // stands above
            }
            html += row(translated("Frozen: %1").arg(escaped(part)),
                        QStringLiteral("<code>%1</code>").arg(escaped(hash)));
        }
    }
    html += QStringLiteral("</table>") + heading(translated("Data")) + QStringLiteral("<table>");
    html += row(translated("Source"), escaped(run.dataset));
    if (plan && !plan->datasetNote.empty()) {
        html += row(translated("Note"), escaped(plan->datasetNote));
    }
    if (plan && plan->trainExamples > 0) {
        html += row(translated("Training examples"), fullCount(plan->trainExamples));
    }
    html += QStringLiteral("</table>") + heading(translated("Run")) + QStringLiteral("<table>");
    html +=
        row(translated("Steps"), translated("%1 of %2").arg(fullCount(run.step), fullCount(run.totalSteps)));
    html += row(translated("Training time"), durationText(run.seconds));
    if (seed) {
        html += row(translated("Seed"), QString::number(*seed));
    }
    html += row(translated("Threads"), QString::number(run.threads));
    html += row(translated("Checkpoint"), run.checkpointStep > 0
                                              ? translated("step %1").arg(fullCount(run.checkpointStep))
                                              : translated("none"));
    html += QStringLiteral("</table>");
    if (plan && !plan->warnings.empty()) {
        html += heading(translated("Remarks"));
        for (const std::string& warning : plan->warnings) {
            html += QStringLiteral("<p style='margin:0'>%1</p>").arg(escaped(warning));
        }
    }
    if (!run.note.empty()) {
        html += heading(translated("Your note")) +
                QStringLiteral("<p style='margin:0'>%1</p>").arg(escaped(run.note));
    }
    return html;
}

} // namespace awb::ui
