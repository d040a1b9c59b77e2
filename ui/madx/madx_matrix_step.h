#pragma once

#include <array>
#include <optional>
#include <vector>

#include "backend/experiment/madx_experiment.h"
#include "ui/widgets/card.h"

class QCheckBox;
class QLineEdit;

namespace awb::ui {

class MadxDocument;
class ToneLabel;

/// Step 4 of a MAD-X experiment: what the matrix is made of, orders, seeds and layers left out.
class MadxMatrixStep : public Card {
    Q_OBJECT

public:
    explicit MadxMatrixStep(MadxDocument* document, QWidget* parent = nullptr);

private:
    void refresh();
    void setOrders();
    void setNumbers();

    MadxDocument* m_document;
    std::array<QCheckBox*, kMadxOrders.size()> m_orders{};
    QLineEdit* m_seeds;
    QLineEdit* m_layers;
    ToneLabel* m_problem;
};

/// "1, 2, 3" as numbers; none where something else stands there, a number twice, or nothing.
std::optional<std::vector<int>> numbersOf(const QString& text);

} // namespace awb::ui
