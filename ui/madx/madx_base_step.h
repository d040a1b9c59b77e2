#pragma once

#include <optional>

#include "backend/experiment/pretraining_spec.h"
#include "ui/widgets/card.h"

class QComboBox;

namespace awb::ui {

class MadxDocument;
class ToneLabel;

/// Step 1 of a MAD-X experiment: the base that all adapters sit in.
class MadxBaseStep : public Card {
    Q_OBJECT

public:
    explicit MadxBaseStep(MadxDocument* document, QWidget* parent = nullptr);

private:
    void refresh();
    void choose(int index);
    void chooseFolder();
    void setBase(const QString& nameOrFolder);

    MadxDocument* m_document;
    QComboBox* m_base;
    ToneLabel* m_facts;
    std::optional<PretrainingSpec> m_pretraining; ///< as it was before another base was chosen
};

} // namespace awb::ui
