#pragma once

#include <optional>
#include <vector>

#include <QBrush>
#include <QWidget>

namespace awb::ui {

/// A row of tokens, broken into lines where the width ends. A chip has a tint where its token means
/// something; arrow keys walk through them.
class AnswerChips : public QWidget {
    Q_OBJECT

public:
    struct Chip {
        QString text;
        QString note; ///< for the tooltip and screen readers; may be empty
        bool isQuiet = false;
        std::optional<QBrush> tint;
    };

    explicit AnswerChips(QWidget* parent = nullptr);

    void setChips(std::vector<Chip> chips);
    const std::vector<Chip>& chips() const { return m_chips; }
    std::optional<std::size_t> current() const { return m_current; }
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;
    QSize sizeHint() const override { return {200, heightForWidth(200)}; }
    QSize minimumSizeHint() const override { return {80, 24}; }

protected:
    void paintEvent(QPaintEvent* event) override;
    bool event(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    std::vector<QRect> placesIn(int width) const;
    QString describe(const Chip& chip) const;

    std::vector<Chip> m_chips;
    std::optional<std::size_t> m_current;
};

} // namespace awb::ui
