#pragma once

#include <vector>

#include <QRect>
#include <QStringList>
#include <QWidget>

#include "backend/text/tokenizer.h"
#include "ui/itemmodels/tag_colors.h"

class QPainter;

namespace awb::ui {

/// The tokens of a text as chips that wrap like words, each with its id below; of a tagged text the tags
/// stand at the tokens that carry them, in their colours, and the tokens of a word stand close together.
/// Arrow keys move a mark over the chips.
class TokenChips : public QWidget {
    Q_OBJECT

public:
    explicit TokenChips(QWidget* parent = nullptr);

    void setEncoding(const Encoding& encoding);
    /// `encoding` with `wordIds`; one tag a word, empty where it has none.
    void setTagged(const Encoding& encoding, const QStringList& words, const QStringList& tags,
                   const TagColors& colors);
    int current() const { return m_current; }
    /// Token, id and characters in words.
    QString describe(int index) const;

    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;
    QSize sizeHint() const override;

Q_SIGNALS:
    void currentChanged(int index);

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    bool event(QEvent* event) override;

private:
    void take(const Encoding& encoding);
    bool isTagged() const { return !m_words.isEmpty(); }
    bool isSpecial(std::size_t token) const;
    /// The token goes on with the word of the one before.
    bool goesOn(std::size_t token) const;
    /// What stands below a token of a tagged text.
    QString tagOf(std::size_t token) const;
    int chipHeight() const;
    void paintChip(QPainter& painter, std::size_t token) const;
    void paintTag(QPainter& painter, std::size_t token) const;
    std::vector<QRect> layOut(int width) const;
    int chipAt(const QPoint& point) const;
    void setCurrent(int index);

    Encoding m_encoding;
    QStringList m_words;
    QStringList m_tags;
    TagColors m_colors;
    std::vector<QRect> m_chips;
    int m_current = -1;
};

} // namespace awb::ui
