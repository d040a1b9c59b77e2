#pragma once

#include <string_view>

#include "backend/data/dataset.h"

namespace awb {

/// 240 short sentences written for the first lesson, 60 each about weather, food, travel and music; 160 to
/// train, 40 to validate, 40 to test, each balanced. One a line: split, topic, sentence, with tabs between
/// them.
std::string_view firstLessonText();

/// The same as a classification task.
Dataset firstLessonDataset();

} // namespace awb
