#pragma once

#include <memory>
#include <string>
#include <vector>

#include <QObject>

#include "backend/analysis/ablation_map.h"
#include "backend/analysis/adapter_study.h"
#include "backend/analysis/pruning_report.h"
#include "backend/run/opened_run.h"
#include "backend/storage/run_store.h"
#include "models/config/adapter_rules.h"

namespace awb {

class RunController;

/// How a finished run does as it was trained and under rules.
struct RuleReport {
    AdapterRules rules;
    ScoreSample sample;
    std::vector<SampleText> samples; ///< of the run's data
    ModelScore before;
    ModelScore after;
    std::vector<FusionProbe> probes;   ///< of the run's fusions
    std::vector<FusionRecord> weights; ///< under the rules, one a probe
    std::vector<std::string> texts;
    TextAnswers answersBefore; ///< without rows where no text was given
    TextAnswers answersAfter;
    std::string remark; ///< why there are no answers although texts were given
};

/// Tries changes by hand on finished runs, measures ablations, prunes fusions and studies what adapters do,
/// on the worker's thread after what is queued there. The run that was looked at last stays open there, so
/// that the next change answers at once. Each request has a token that comes back with its one answer: a
/// report, an error, or that it was stopped.
class RunInspector : public QObject {
    Q_OBJECT

public:
    /// `runs` outlives this.
    explicit RunInspector(RunController& runs, QObject* parent = nullptr);
    /// Stops what is under way; its answer never comes.
    ~RunInspector() override;

    /// A newer request stops an older one.
    quint64 tryRules(qint64 run, const AdapterRules& rules, const std::vector<std::string>& texts);
    /// The map is stored in the database before it is told.
    quint64 ablate(qint64 run);
    /// Drops the adapters of the run's fusion down to the last one. The report is stored in the database
    /// before it is told.
    quint64 prune(qint64 run);
    /// The study is stored in the database before it is told.
    quint64 study(qint64 run);
    void stop(quint64 token);
    /// Closes the run that stays open: frees its memory.
    void release();

Q_SIGNALS:
    void tried(quint64 token, const awb::RuleReport& report);
    void ablated(quint64 token, qint64 run, const awb::AblationMap& map);
    void pruned(quint64 token, qint64 run, const awb::PruningReport& report);
    void studied(quint64 token, qint64 run, const awb::AdapterStudy& study);
    /// `fraction` in 0..1, or -1: unknown. At most 20 a second.
    void progress(quint64 token, const QString& activity, double fraction);
    void failed(quint64 token, const awb::Error& error);
    void stopped(quint64 token);

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace awb
