#include "ui/data/tagged_text_delegate.h"

#include <QApplication>
#include <QPainter>

#include "ui/itemmodels/examples_model.h"
#include "ui/theme/theme.h"
#include "ui/widgets/elided_text.h"

namespace awb::ui {

namespace {

constexpr int kWordCharacters = 80;
constexpr int kMargin = 2; ///< of a word's colour, beyond the word

/// Paints words from left to right until the room is used up.
class WordPainter {
public:
    WordPainter(QPainter& painter, const QRect& room, const ExamplesModel& model)
        : m_painter(painter)
        , m_room(room)
        , m_model(model)
        , m_blank(painter.fontMetrics().horizontalAdvance(u' ') + kMargin)
        , m_x(room.left()) {}

    void paint(const Example& example) {
        for (std::size_t i = 0; i < example.words.size(); ++i) {
            if (!paintWord(example, i)) {
                return;
            }
        }
    }

private:
    std::string_view tagAt(const Example& example, std::size_t word) const {
        return word < example.tags.size() ? m_model.tagName(example.tags[word]) : std::string_view();
    }

    /// False where there is no more room.
    bool paintWord(const Example& example, std::size_t word) {
        const QString text = elidedText(example.words[word], kWordCharacters);
        const std::string_view tag = tagAt(example, word);
        const QFontMetrics metrics = m_painter.fontMetrics();
        const int left = m_room.right() + 1 - m_x;
        const int wide = metrics.horizontalAdvance(text);
        const bool fits = wide <= left;
        const QString shown = fits ? text : metrics.elidedText(text, Qt::ElideRight, left);
        if (const auto tint = m_model.colors().tint(tag)) {
            const bool goesOn = word > 0 && m_model.colors().goesOn(tagAt(example, word - 1), tag);
            const int begin = m_x - (goesOn ? m_blank - kMargin : kMargin);
            const int end = std::min(m_x + wide + kMargin, m_room.right() + 1);
            const int height = metrics.height() + 2;
            m_painter.fillRect(begin, m_room.center().y() - height / 2, end - begin, height, *tint);
        }
        m_painter.drawText(QRect(m_x, m_room.top(), std::max(left, 0), m_room.height()),
                           Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine, shown);
        m_x += wide + m_blank;
        return fits && m_x < m_room.right();
    }

    QPainter& m_painter;
    QRect m_room;
    const ExamplesModel& m_model;
    int m_blank;
    int m_x;
};

} // namespace

TaggedTextDelegate::TaggedTextDelegate(const ExamplesModel& model, QObject* parent)
    : QStyledItemDelegate(parent)
    , m_model(model) {}

void TaggedTextDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                               const QModelIndex& index) const {
    const Example* example = m_model.example(index.row());
    if (m_model.colors().isEmpty() || example == nullptr || example->words.empty()) {
        QStyledItemDelegate::paint(painter, option, index);
        return;
    }
    QStyleOptionViewItem box = option;
    initStyleOption(&box, index);
    box.text.clear();
    const QStyle* style = box.widget != nullptr ? box.widget->style() : QApplication::style();
    style->drawControl(QStyle::CE_ItemViewItem, &box, painter, box.widget);
    const int margin = style->pixelMetric(QStyle::PM_FocusFrameHMargin, &box, box.widget) + 1;
    painter->save();
    painter->setFont(box.font);
    painter->setPen(Theme::instance().color(Tone::Text));
    painter->setClipRect(box.rect);
    WordPainter(*painter, box.rect.adjusted(margin + kMargin, 0, -margin, 0), m_model).paint(*example);
    painter->restore();
}

} // namespace awb::ui
