#pragma once

#include <QWidget>

namespace awb::ui {

class ToneLabel;

/// A number with its name above it, in figures of one width.
class LabelledNumber : public QWidget {
    Q_OBJECT

public:
    explicit LabelledNumber(const QString& name, QWidget* parent = nullptr);

    void setValue(const QString& value, const QString& toolTip = {});

private:
    QString m_name;
    ToneLabel* m_value = nullptr;
};

} // namespace awb::ui
