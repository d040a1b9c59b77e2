#pragma once

class QFormLayout;

namespace awb::ui {

/// Gives the labels of a form the width that all forms of the Data page share, so that their fields stand in
/// one column.
void alignLabels(QFormLayout* form);

} // namespace awb::ui
