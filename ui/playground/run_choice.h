#pragma once

#include <vector>

#include <QString>

class QComboBox;

namespace awb {
class RunStore;
} // namespace awb

namespace awb::ui {

/// A finished run, as boxes show it.
struct RunChoice {
    qint64 run = 0;
    QString name;   ///< "noun-topic · run 3"
    QString design; ///< "pfeiffer rf 16 on wordnet:noun-topic, test accuracy 0.537"

    bool operator==(const RunChoice&) const = default;
};

/// The finished runs, the newest first; none where the database can't be read.
std::vector<RunChoice> finishedRuns(const RunStore* store);

/// Fills a box and keeps its choice where that is still there; quietly. `first`: an item without a run;
/// empty: none.
void fillRuns(QComboBox* box, const std::vector<RunChoice>& runs, const QString& first = {});
/// 0: none.
qint64 chosenRun(const QComboBox* box);

} // namespace awb::ui
