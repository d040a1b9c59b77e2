#pragma once

#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include <QString>
#include <QStringList>
#include <QWidget>

class QCheckBox;
class QComboBox;
class QGridLayout;
class QLabel;
class QLineEdit;

namespace awb::ui {

class NumberField;

/// What a form says of one option: everything that its tooltip and a screen reader tell.
struct OptionText {
    QString objectName;   ///< of the field, stable for tests
    QString label;        ///< in the form
    QString key;          ///< in the experiment file
    QString help;         ///< what it does, one or two sentences
    QString defaultValue; ///< as text
};

/// A column of labelled fields, each bound to a getter and a setter. A getter without a value means that the
/// selected things differ ("mixed"). A reason that is not empty disables the field and stands in its tooltip.
class OptionForm : public QWidget {
    Q_OBJECT

public:
    template<typename T>
    using Getter = std::function<std::optional<T>()>;
    template<typename T>
    using Setter = std::function<void(T)>;
    using Reason = std::function<QString()>;
    using Choices = std::vector<std::pair<QString, QString>>; ///< shown text, value

    struct Range {
        double minimum = 0;
        double maximum = 1;
        double step = 1;
        bool integer = false;
        QString suffix;
        QString minimumText = {}; ///< shown instead of the minimum, e.g. "automatic"
    };

    explicit OptionForm(QWidget* parent = nullptr);

    void addHeading(const QString& text);
    void addWide(QWidget* widget);
    QCheckBox* addCheck(const OptionText& text, Getter<bool> get, Setter<bool> set, Reason reason = {});
    QComboBox* addChoice(const OptionText& text, const Choices& choices, Getter<QString> get,
                         Setter<QString> set, Reason reason = {});
    NumberField* addNumber(const OptionText& text, const Range& range, Getter<double> get, Setter<double> set,
                           Reason reason = {});
    /// Some of several values, each with a box named OBJECT_VALUE; unset boxes show "mixed".
    QWidget* addFlags(const OptionText& text, const Choices& choices, Getter<QStringList> get,
                      Setter<QStringList> set, Reason reason = {});
    /// `set` gives the reason why a text can't be taken, empty when it was.
    QLineEdit* addText(const OptionText& text, Getter<QString> get,
                       std::function<QString(const QString&)> set, Reason reason = {});

    /// Shows the values anew; call when what is shown changed.
    void refresh();

private:
    QLabel* addLabel(const OptionText& text, QWidget* field);
    void describe(QWidget* field, QLabel* label, const OptionText& text, const Reason& reason);

    QGridLayout* m_grid;
    std::vector<std::function<void()>> m_refresh;
};

/// Merge id of a field's edits: typing and stepping in one field is one command.
int mergeIdOf(const QString& objectName);

/// The tooltip of an option: what it does, its default, its key, and why it is disabled where it is.
QString optionToolTip(const OptionText& text, const QString& disabledReason = {});

} // namespace awb::ui
