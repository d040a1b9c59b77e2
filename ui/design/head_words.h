#pragma once

#include <array>
#include <optional>

#include <QString>

#include "backend/experiment/experiment.h"

namespace awb::ui {

/// "Masked language model"
QString headTitle(HeadType type);
/// What is predicted, and by which loss.
QString headExplanation(HeadType type);
/// What the data must have, in a sentence.
QString headData(HeadType type);
/// The others are read, computed and saved.
bool isTrainableHead(HeadType type);
inline constexpr std::array kHeadTypes{
    HeadType::Classification, HeadType::MultiLabel, HeadType::Regression,        HeadType::Tagging,
    HeadType::MaskedLm,       HeadType::CausalLm,   HeadType::QuestionAnswering, HeadType::MultipleChoice};

/// Why head and data don't go together.
struct HeadDataProblem {
    QString what;
    QString advice;
    std::optional<HeadType> fitting; ///< the head that the data is made for
};
/// None where they may: what is in the files is not looked at, only their form and names.
std::optional<HeadDataProblem> headDataProblem(const Experiment& experiment);

/// The experiment with a head of this type as AdapterHub makes it; the name stays.
Experiment withHead(Experiment experiment, HeadType type);

} // namespace awb::ui
