#pragma once

#include <QObject>

#include "backend/experiment/composition_edit.h"
#include "ui/document/design_document.h"

namespace awb::ui {

/// Which node of the document's composition is chosen: shared by the tree, its commands and the inspector.
/// After an edit it stays with its adapters, or goes to the nearest node that is left.
class CompositionCursor : public QObject {
    Q_OBJECT

public:
    explicit CompositionCursor(DesignDocument* document, QObject* parent = nullptr);

    const design::CompositionPath& path() const { return m_path; }
    /// The chosen node; of Kind::None where the composition is empty.
    const Composition& node() const;
    bool isRoot() const { return m_path.empty(); }
    /// Null for the root.
    const Composition* parentNode() const;
    void setPath(const design::CompositionPath& path);

Q_SIGNALS:
    void moved(); ///< another node, or the same one after an edit

private:
    void follow();

    DesignDocument* m_document;
    design::CompositionPath m_path;
    std::vector<std::string> m_leaves; ///< of the chosen node
    bool m_isBlock = false;
};

} // namespace awb::ui
