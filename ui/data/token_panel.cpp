#include "ui/data/token_panel.h"

#include <algorithm>

#include <QFormLayout>
#include <QLineEdit>
#include <QLocale>
#include <QScrollArea>
#include <QVBoxLayout>

#include "ui/data/token_chips.h"
#include "ui/theme/theme.h"
#include "ui/widgets/state_stack.h"
#include "ui/widgets/tone_label.h"

namespace awb::ui {

namespace {

constexpr int kDelayMs = 150;
constexpr int kMostCharacters = 20000;

QLineEdit* textField(const char* name, const QString& placeholder) {
    auto* edit = new QLineEdit;
    edit->setObjectName(QLatin1String(name));
    edit->setPlaceholderText(placeholder);
    edit->setMaxLength(kMostCharacters);
    edit->setClearButtonEnabled(true);
    return edit;
}

} // namespace

TokenPanel::TokenPanel(BackgroundReader* reader, QWidget* parent)
    : QWidget(parent)
    , m_reader(reader)
    , m_text(textField("tokenText", tr("Type a text")))
    , m_pair(textField("tokenPair", tr("Second text, for pairs (may stay empty)")))
    , m_counts(new ToneLabel)
    , m_detail(new ToneLabel({}, Tone::MutedText))
    , m_chips(new TokenChips) {
    m_counts->setObjectName(QStringLiteral("tokenCounts"));
    m_detail->setObjectName(QStringLiteral("tokenDetail"));
    m_delay.setSingleShot(true);
    m_delay.setInterval(kDelayMs);
    connect(&m_delay, &QTimer::timeout, this, &TokenPanel::ask);
    connect(m_text, &QLineEdit::textChanged, this, [this] { m_delay.start(); });
    connect(m_pair, &QLineEdit::textChanged, this, [this] { m_delay.start(); });
    connect(m_chips, &TokenChips::currentChanged, this,
            [this](int index) { m_detail->setText(m_chips->describe(index)); });
    if (m_reader != nullptr) {
        connect(m_reader, &BackgroundReader::tokensReady, this,
                [this](quint64 token, const Encoding& encoding) {
                    if (token == m_token) {
                        showEncoding(encoding);
                    }
                });
        connect(m_reader, &BackgroundReader::failed, this, [this](quint64 token, const Error& error) {
            if (token == m_token) {
                m_state->showMessage(QStringLiteral("error"), tr("The text can't be cut into tokens"),
                                     QString::fromStdString(error.message()));
            }
        });
    }

    auto* chipHolder = new QWidget;
    auto* chipColumn = new QVBoxLayout(chipHolder);
    chipColumn->setContentsMargins(0, 0, px(Space::S), 0);
    chipColumn->addWidget(m_chips);
    chipColumn->addStretch();
    auto* scroll = new QScrollArea;
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setWidget(chipHolder);
    auto* result = new QWidget;
    auto* resultColumn = new QVBoxLayout(result);
    resultColumn->setContentsMargins(0, 0, 0, 0);
    resultColumn->setSpacing(px(Space::S));
    resultColumn->addWidget(m_counts);
    resultColumn->addWidget(m_detail);
    resultColumn->addWidget(scroll, 1);
    m_state = new StateStack(result);
    m_state->showMessage(QStringLiteral("tokens"), tr("How a text is cut into tokens"),
                         tr("Type a text above, or activate an example. Each token shows its number in the "
                            "vocabulary; a leading ## marks a piece inside a word."));

    auto* form = new QFormLayout;
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    form->setHorizontalSpacing(px(Space::M));
    form->addRow(tr("Text"), m_text);
    form->addRow(tr("Second text"), m_pair);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(px(Space::M), px(Space::M), px(Space::M), px(Space::M));
    column->setSpacing(px(Space::M));
    column->addLayout(form);
    column->addWidget(m_state, 1);
}

void TokenPanel::setBase(const QString& baseModel, int maxSeqLength) {
    if (baseModel == m_base && maxSeqLength == m_maxLength) {
        return;
    }
    m_base = baseModel;
    m_maxLength = maxSeqLength;
    if (!m_text->text().isEmpty()) {
        m_delay.start();
    }
}

void TokenPanel::setRequest(const TokenRequest& request) {
    m_tagged = request;
    m_text->setText(request.text);
    m_pair->setText(request.pair);
    m_text->setFocus();
    m_delay.start();
}

bool TokenPanel::isTagged() const {
    return !m_tagged.words.isEmpty() && m_text->text() == m_tagged.text && m_pair->text().isEmpty();
}

void TokenPanel::ask() {
    if (m_reader == nullptr || m_text->text().isEmpty()) {
        return;
    }
    m_asTagged = isTagged();
    m_token = m_asTagged ? m_reader->tokenizeWords(m_base, m_tagged.words, m_maxLength)
                         : m_reader->tokenize(m_base, m_text->text(), m_pair->text(), m_maxLength);
}

void TokenPanel::showEncoding(const Encoding& encoding) {
    if (m_asTagged) {
        m_chips->setTagged(encoding, m_tagged.words, m_tagged.tags, m_tagged.colors);
    } else {
        m_chips->setEncoding(encoding);
    }
    QString text = tr("%1 tokens of at most %2").arg(encoding.size()).arg(m_maxLength);
    text += encoding.truncated ? tr(" · cut: the end of the text is not seen") : tr(" · nothing is cut");
    m_counts->setText(text);
    m_counts->setTone(encoding.truncated ? Tone::Warning : Tone::Text);
    m_detail->setText(
        m_asTagged
            ? tr("Arrow keys move over the tokens. The first token of a word carries its tag; the others, "
                 "and words without a tag, are neither learned nor scored.")
            : tr("Arrow keys move over the tokens; blue-green is the first text, orange the second, grey "
                 "stands for no text."));
    m_state->showContent();
}

} // namespace awb::ui
