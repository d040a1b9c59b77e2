#pragma once

#include <vector>

#include <QString>

#include "backend/analysis/adapter_study.h"
#include "ui/fusion/point_chart.h"
#include "ui/fusion/share_map.h"

namespace awb::ui {

/// "reviews · layer 3 FFN".
QString moduleTitle(const ModuleStudy& module);

/// ||change|| / ||input|| over the layers: a line for each adapter and site. Keys are modules.
std::vector<PointChart::Series> changeSeries(const AdapterStudy& study);
/// The mean share of active units over the layers.
std::vector<PointChart::Series> activitySeries(const AdapterStudy& study);
/// The singular values of one module.
std::vector<PointChart::Series> singularSeries(const ModuleStudy& module);
/// CKA between all modules, the lowest of the first adapter at the bottom left.
ShareMatrix similarityMatrix(const AdapterStudy& study);
/// A row a module: every number of the view but the units, then the CKA with each module.
ShareMatrix studyMatrix(const AdapterStudy& study);

/// "Effective rank 11.3 of 48: the change uses few directions."
QString rankText(const ModuleStudy& module);
/// "41.2 % of 48 units are active at a token, 3 never are."
QString activityText(const ModuleStudy& module);
/// A finding as a sentence with its numbers, in rich text.
QString findingText(const StudyFinding& finding, const AdapterStudy& study);
/// "On 48 of 48 examples of validation (seed 1): 412 tokens, 412 of them compared".
QString sampleText(const StudySample& sample);
/// The SQL that gives what the view shows, for any SQLite program.
QString studySql(qint64 run);

} // namespace awb::ui
