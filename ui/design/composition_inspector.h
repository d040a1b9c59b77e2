#pragma once

#include <QScrollArea>

#include "ui/design/composition_cursor.h"
#include "ui/design/option_form.h"

class QVBoxLayout;

namespace awb::ui {

class ToneLabel;

/// The chosen node of the composition: what it computes, whether it is trained, its sizes, weights or fusion
/// options; beneath, what the composition as a whole trains and gives.
class CompositionInspector : public QScrollArea {
    Q_OBJECT

public:
    CompositionInspector(DesignDocument* document, CompositionCursor* cursor, QWidget* parent = nullptr);

    /// Keyboard focus onto the first field.
    void focusFirst();

private:
    void refresh();
    void rebuild();
    void addTrained();
    void addSizes();
    void addWeights();
    void showNotes();
    void setSize(std::size_t child, std::int64_t size);
    void setWeight(std::size_t child, double weight);
    void changeWeights(const OptionText& text, const std::function<void(Composition&)>& change);
    /// Names the child that a field is about.
    QString childTitle(std::size_t child) const;
    const Experiment& experiment() const { return m_document->experiment(); }

    DesignDocument* m_document;
    CompositionCursor* m_cursor;
    QVBoxLayout* m_column;
    ToneLabel* m_title;
    ToneLabel* m_help;
    QWidget* m_notes;
    OptionForm* m_form = nullptr;
    QString m_shape; ///< what the form was made for
};

} // namespace awb::ui
