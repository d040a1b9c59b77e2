#pragma once

#include <QString>
#include <QStringList>

#include "ui/itemmodels/tag_colors.h"

namespace awb::ui {

/// What the token panel is asked to cut: a text or two, or a text in words with a tag each.
struct TokenRequest {
    QString text;
    QString pair;
    QStringList words; ///< of a tagged text, else empty
    QStringList tags;  ///< one a word; empty where the word has none
    TagColors colors;  ///< of the tags
};

} // namespace awb::ui
