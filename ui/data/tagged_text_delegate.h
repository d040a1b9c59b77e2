#pragma once

#include <QStyledItemDelegate>

namespace awb::ui {

class ExamplesModel;

/// Paints the words of a tagged text on the colours of their tags; other texts as usual.
class TaggedTextDelegate : public QStyledItemDelegate {
    Q_OBJECT

public:
    /// `model` must outlive the delegate.
    TaggedTextDelegate(const ExamplesModel& model, QObject* parent);

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;

private:
    const ExamplesModel& m_model;
};

} // namespace awb::ui
