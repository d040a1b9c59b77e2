#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include <QFrame>

#include "models/config/estimates.h"

namespace awb::ui {

class DesignDocument;
class LabelledNumber;

/// What is known of the data once it has been loaded.
struct DataFacts {
    std::int64_t trainExamples = 0;
    double meanTokens = 0; ///< after truncation
    int numLabels = 0;
};

/// The numbers of the design, live: trainable parameters, share of the base, file size, memory, time an
/// epoch.
class TotalsBar : public QFrame {
    Q_OBJECT

public:
    explicit TotalsBar(DesignDocument* document, QWidget* parent = nullptr);

    void setMachineSpeed(double gflops, int threads);
    void setDataFacts(std::optional<DataFacts> facts);

private:
    void refresh();
    QString parametersToolTip(const CostInput& input) const;
    QString timeToolTip(const CostInput& input, const CostEstimate& estimate) const;

    DesignDocument* m_document;
    std::optional<DataFacts> m_facts;
    double m_gflops = 0;
    int m_threads = 1;
    LabelledNumber* m_trainable;
    LabelledNumber* m_percent;
    LabelledNumber* m_file;
    LabelledNumber* m_memory;
    LabelledNumber* m_time;
};

} // namespace awb::ui
