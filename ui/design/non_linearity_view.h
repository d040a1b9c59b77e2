#pragma once

#include <QWidget>
namespace awb::ui {

/// Draws a non-linearity over -4 .. 4 with its axes; `name` empty draws nothing.
class NonLinearityView : public QWidget {
    Q_OBJECT

public:
    explicit NonLinearityView(QWidget* parent = nullptr);
    void setFunction(const QString& name);
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QString m_name;
};

} // namespace awb::ui
