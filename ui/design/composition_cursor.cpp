#include "ui/design/composition_cursor.h"

#include "backend/experiment/composition_put.h"

namespace awb::ui {

CompositionCursor::CompositionCursor(DesignDocument* document, QObject* parent)
    : QObject(parent)
    , m_document(document) {
    connect(document, &DesignDocument::changed, this, &CompositionCursor::follow);
    setPath({});
}

const Composition& CompositionCursor::node() const {
    const Composition& root = m_document->experiment().composition;
    const Composition* found = design::nodeAt(root, m_path);
    return found != nullptr ? *found : root;
}

const Composition* CompositionCursor::parentNode() const {
    return m_path.empty()
               ? nullptr
               : design::nodeAt(m_document->experiment().composition, {m_path.begin(), m_path.end() - 1});
}

void CompositionCursor::setPath(const design::CompositionPath& path) {
    m_path = path;
    m_leaves = node().leaves();
    m_isBlock = node().isBlock();
    Q_EMIT moved();
}

void CompositionCursor::follow() {
    const Composition& root = m_document->experiment().composition;
    const auto found = !m_isBlock && m_leaves.size() == 1 ? design::pathOf(root, m_leaves.front())
                                                          : design::pathOf(root, m_leaves);
    design::CompositionPath path = found.value_or(m_path);
    while (!path.empty() && design::nodeAt(root, path) == nullptr) {
        if (path.back() > 0) {
            --path.back(); // the neighbour
        } else {
            path.pop_back();
        }
    }
    setPath(path);
}

} // namespace awb::ui
