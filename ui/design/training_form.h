#pragma once

#include <functional>

#include <QScrollArea>

#include "backend/experiment/experiment.h"
#include "ui/design/option_form.h"

namespace awb::ui {

class DesignDocument;

/// The training arguments.
class TrainingForm : public QScrollArea {
    Q_OBJECT

public:
    explicit TrainingForm(DesignDocument* document, QWidget* parent = nullptr);

private:
    void buildSchedule();
    void buildOptimiser();
    void buildRunning();
    void addNumber(const OptionText& text, const OptionForm::Range& range, double TrainingSpec::*member,
                   bool rateSteps = false);
    void addNumber(const OptionText& text, const OptionForm::Range& range, int TrainingSpec::*member);
    const TrainingSpec& training() const;
    void change(const OptionText& text, const std::function<void(TrainingSpec&)>& change);

    DesignDocument* m_document;
    OptionForm* m_form;
};

} // namespace awb::ui
