#pragma once

#include <optional>
#include <vector>

#include <QWidget>

#include "backend/analysis/fusion_record.h"
#include "ui/fusion/share_map.h"

namespace awb::ui {

/// One text, once for each place of a fusion: every token has the colour of the adapter that it listens to
/// most, the stronger the more. The weights of the token under the pointer are told; arrow keys move the
/// chosen token.
class TokenMap : public QWidget {
    Q_OBJECT

public:
    struct Token {
        std::size_t place = 0;
        std::size_t token = 0;
        bool operator==(const Token&) const = default;
    };

    explicit TokenMap(QWidget* parent = nullptr);

    /// `weights`: of this text, [tokens, P, K].
    void setText(const FusionProbe& probe, const ProbeText& text, std::vector<float> weights);
    void clear();
    std::optional<Token> current() const { return m_current; }
    std::optional<Token> tokenAt(const QPoint& position) const;
    QRect tokenRect(Token token) const;
    /// The adapter that a token listens to most.
    QString listensTo(Token token) const;

    /// All weights as a table: a row a place and token, a column an adapter.
    ShareMatrix matrix() const;
    void paintInto(QPainter& painter) const;
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;
    QSize sizeHint() const override { return {520, heightForWidth(520)}; }

Q_SIGNALS:
    void currentChanged();

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    struct Layout {
        std::vector<QRect> tokens; ///< of one place, relative to its top
        int height = 0;            ///< of one place
        int labels = 0;
    };
    Layout layoutFor(int width) const;
    float weight(Token token, std::size_t adapter) const;
    std::size_t strongest(Token token) const;
    QString textOf(Token token) const;
    void setCurrent(Token token);

    FusionProbe m_probe;
    ProbeText m_text;
    std::vector<float> m_weights;
    Layout m_layout;
    std::optional<Token> m_current;
};

} // namespace awb::ui
