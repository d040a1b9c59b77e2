#pragma once

#include "ui/design/option_form.h"

namespace awb::ui {

class DesignDocument;

/// The options of AdapterFusion, which all Fuse blocks of a design share: preset, and each option explained.
void addFusionOptions(OptionForm& form, DesignDocument* document);

} // namespace awb::ui
