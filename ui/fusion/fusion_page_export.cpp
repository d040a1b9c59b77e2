// FusionPage: the shown view as a file.
#include <QComboBox>
#include <QFile>
#include <QFileDialog>
#include <QImage>
#include <QPainter>
#include <QPdfWriter>
#include <QSaveFile>
#include <QStandardPaths>
#include <QSvgGenerator>

#include "ui/fusion/ablation_words.h"
#include "ui/fusion/fusion_matrices.h"
#include "ui/fusion/fusion_page.h"
#include "ui/fusion/fusion_timeline.h"
#include "ui/fusion/point_chart.h"
#include "ui/fusion/pruning_view.h"
#include "ui/fusion/pruning_words.h"
#include "ui/fusion/share_curves.h"
#include "ui/fusion/study_view.h"
#include "ui/fusion/study_words.h"
#include "ui/fusion/token_map.h"
#include "ui/theme/theme.h"
#include "ui/widgets/message_bar.h"

namespace awb::ui {

namespace {

constexpr int kPictureScale = 2;
constexpr int kPdfDotsPerInch = 96;

} // namespace

QSize FusionPage::viewSize() const {
    switch (view()) {
    case Text:
        return m_tokens->size();
    case OverTime:
        return m_curves->size();
    case Pruning:
        return m_pruning->chart()->size();
    case Adapters:
        return m_study->pictureSize();
    default:
        return map(view())->size();
    }
}

void FusionPage::paintView(QPainter& painter, const QSize& size) const {
    const QRect area(QPoint(0, 0), size);
    painter.fillRect(area, Theme::instance().color(Tone::Panel));
    switch (view()) {
    case Text:
        m_tokens->paintInto(painter);
        break;
    case OverTime:
        m_curves->paintInto(painter, area);
        break;
    case Pruning:
        m_pruning->chart()->paintInto(painter, area);
        break;
    case Adapters:
        m_study->paintInto(painter, area);
        break;
    default:
        map(view())->paintInto(painter, area);
        break;
    }
}

std::optional<ShareMatrix> FusionPage::shownMatrix() const {
    if (view() == Adapters) {
        return m_study->result() ? std::optional(studyMatrix(*m_study->result())) : std::nullopt;
    }
    if (view() == Pruning) {
        return m_pruning->result() ? std::optional(pruningMatrix(*m_pruning->result())) : std::nullopt;
    }
    if (!probe() && view() != Ablation && view() != Runs) {
        return std::nullopt;
    }
    switch (view()) {
    case OverTime: {
        ShareMatrix matrix;
        for (const ShareCurves::Curve& curve : m_curves->curves()) {
            matrix.columns << curve.name;
        }
        for (std::size_t i = 0; i < m_curves->steps().size(); ++i) {
            matrix.rows << QString::number(m_curves->steps()[i]);
            for (const ShareCurves::Curve& curve : m_curves->curves()) {
                matrix.values.push_back(curve.values[i]);
            }
        }
        return matrix;
    }
    case Text:
        return m_tokens->matrix();
    default:
        return map(view())->matrix();
    }
}

QString FusionPage::shownSql() const {
    if (run() && view() == Ablation) {
        return ablationSql(*run());
    }
    if (run() && view() == Pruning) {
        return pruningSql(*run());
    }
    if (run() && view() == Adapters) {
        return studySql(*run());
    }
    const FusionProbe* shown = probe();
    return shown && run() ? layerSql(*run(), QString::fromStdString(shown->fusion), m_timeline->step())
                          : QString();
}

QString FusionPage::chooseFile(const QString& suffix) {
    const QString folder = QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation);
    return QFileDialog::getSaveFileName(this, tr("Save the shown view"),
                                        QStringLiteral("%1/fusion-run-%2-step-%3.%4")
                                            .arg(folder)
                                            .arg(run().value_or(0))
                                            .arg(m_timeline->step())
                                            .arg(suffix),
                                        QStringLiteral("*.%1").arg(suffix));
}

void FusionPage::exportPicture(Picture kind) {
    const QString suffix = kind == Picture::Png   ? QStringLiteral("png")
                           : kind == Picture::Svg ? QStringLiteral("svg")
                                                  : QStringLiteral("pdf");
    const QString file = chooseFile(suffix);
    if (!file.isEmpty()) {
        savePicture(file);
    }
}

void FusionPage::exportText(const QString& suffix, const QString& content) {
    const QString file = chooseFile(suffix);
    if (!file.isEmpty()) {
        saveText(file, content);
    }
}

bool FusionPage::savePicture(const QString& file) {
    const QSize size = viewSize();
    bool done = false;
    if (file.endsWith(QStringLiteral(".svg"))) {
        QSvgGenerator generator;
        generator.setFileName(file);
        generator.setSize(size);
        generator.setViewBox(QRect(QPoint(0, 0), size));
        generator.setTitle(tr("Fusion weights"));
        QPainter painter;
        done = painter.begin(&generator);
        if (done) {
            paintView(painter, size);
        }
    } else if (file.endsWith(QStringLiteral(".pdf"))) {
        QPdfWriter writer(file);
        writer.setResolution(kPdfDotsPerInch);
        writer.setPageSize(QPageSize(QSizeF(size) / kPdfDotsPerInch, QPageSize::Inch));
        writer.setPageMargins({});
        QPainter painter;
        done = painter.begin(&writer);
        if (done) {
            paintView(painter, size);
        }
    } else {
        QImage image(size * kPictureScale, QImage::Format_ARGB32_Premultiplied);
        image.setDevicePixelRatio(kPictureScale);
        QPainter painter(&image);
        paintView(painter, size);
        painter.end();
        done = image.save(file);
    }
    tellSaved(done, file);
    return done;
}

bool FusionPage::saveText(const QString& file, const QString& content) {
    QSaveFile out(file);
    const bool done = out.open(QIODevice::WriteOnly) && out.write(content.toUtf8()) >= 0 && out.commit();
    tellSaved(done, file);
    return done;
}

void FusionPage::tellSaved(bool done, const QString& file) {
    if (!done) {
        report({tr("The file can't be written").toStdString(), file.toStdString(),
                tr("Choose another folder").toStdString()});
        return;
    }
    Q_EMIT statusMessage(tr("Saved %1").arg(file));
}

} // namespace awb::ui
