// Export of PlotView: pictures and data.
#include <QFileDialog>
#include <QGuiApplication>
#include <QImage>
#include <QMenu>
#include <QPointer>
#include <QSvgGenerator>
#include <QThreadPool>

#include "ui/plots/plot_view.h"
#include "ui/plots/plot_view_p.h"

namespace awb::ui {

namespace {

Result<void> notWritten(const std::filesystem::path& file) {
    return fail("The picture could not be written", file.string(),
                "Choose a folder that you may write to and that has space left");
}

Result<void> writeSvg(QCustomPlot* plot, const QString& file, const QString& title) {
    QSvgGenerator generator;
    generator.setFileName(file);
    generator.setSize(plot->size());
    generator.setViewBox(plot->rect());
    generator.setTitle(title);
    QCPPainter painter;
    if (!painter.begin(&generator)) {
        return notWritten(file.toStdString());
    }
    painter.setMode(QCPPainter::pmVectorized);
    painter.setMode(QCPPainter::pmNoCaching);
    plot->toPainter(&painter, plot->width(), plot->height());
    painter.end();
    return {};
}

struct Choice {
    const char* suffix;
    const char* filter;
};

Choice choiceOf(PlotView::Format format) {
    switch (format) {
    case PlotView::Format::Png:
        return {"png", QT_TRANSLATE_NOOP("awb::ui::PlotView", "PNG picture (*.png)")};
    case PlotView::Format::Svg:
        return {"svg", QT_TRANSLATE_NOOP("awb::ui::PlotView", "SVG drawing (*.svg)")};
    case PlotView::Format::Pdf:
        return {"pdf", QT_TRANSLATE_NOOP("awb::ui::PlotView", "PDF drawing (*.pdf)")};
    case PlotView::Format::Csv:
        return {"csv", QT_TRANSLATE_NOOP("awb::ui::PlotView", "CSV table (*.csv)")};
    }
    return {"png", ""};
}

QString fileNameFor(const QString& title, const char* suffix) {
    QString name;
    for (const QChar c : title.toLower()) {
        name += c.isLetterOrNumber() ? c : QLatin1Char('-');
    }
    return QStringLiteral("%1.%2").arg(name, QLatin1String(suffix));
}

} // namespace

Result<void> PlotView::exportTo(const std::filesystem::path& file, Format format, double scale) {
    refreshFully();
    if (format == Format::Csv) {
        return writeCsv(table(), file);
    }

    const auto crosshairBefore = d->crosshair;
    d->crosshair.reset();
    updateCrosshair();
    const QString name = QString::fromStdString(file.string());
    Result<void> result;
    switch (format) {
    case Format::Png:
        if (!d->plot->savePng(name, d->plot->width(), d->plot->height(), scale)) {
            result = notWritten(file);
        }
        break;
    case Format::Pdf:
        if (!d->plot->savePdf(name, d->plot->width(), d->plot->height())) {
            result = notWritten(file);
        }
        break;
    case Format::Svg:
        result = writeSvg(d->plot, name, title());
        break;
    case Format::Csv:
        break;
    }
    d->crosshair = crosshairBefore;
    updateCrosshair();
    return result;
}

void PlotView::exportInteractively(Format format, double scale) {
    const Choice choice = choiceOf(format);
    auto* dialog = new QFileDialog(this, tr("Export: %1").arg(title()));
    dialog->setObjectName(QStringLiteral("exportDialog"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(QLatin1String(choice.suffix));
    dialog->setNameFilter(tr(choice.filter));
    dialog->selectFile(fileNameFor(title(), choice.suffix));
    // Without a desktop there is no native dialog to ask.
    dialog->setOption(QFileDialog::DontUseNativeDialog,
                      QGuiApplication::platformName() == QLatin1String("offscreen"));
    connect(dialog, &QFileDialog::fileSelected, this, [this, format, scale](const QString& name) {
        const std::filesystem::path file(name.toStdString());
        if (format != Format::Csv) {
            const Result<void> done = exportTo(file, format, scale);
            if (done) {
                Q_EMIT exported(name);
            } else {
                Q_EMIT exportFailed(done.error());
            }
            return;
        }
        QThreadPool::globalInstance()->start([view = QPointer<PlotView>(this), all = table(), file, name] {
            const Result<void> done = writeCsv(all, file);
            QMetaObject::invokeMethod(qGuiApp, [view, done, name] {
                if (!view) {
                    return;
                }
                if (done) {
                    Q_EMIT view->exported(name);
                } else {
                    Q_EMIT view->exportFailed(done.error());
                }
            });
        });
    });
    dialog->open();
}

void PlotView::fillMenu(QMenu* menu) {
    menu->addAction(tr("Reset zoom (Home)"), this, &PlotView::resetZoom);
    menu->addAction(tr("Zoom in (+)"), this, [this] { zoomX(1.5); });
    menu->addAction(tr("Zoom out (-)"), this, [this] { zoomX(1 / 1.5); });
    menu->addSeparator();
    QMenu* png = menu->addMenu(tr("Export as PNG"));
    for (const int scale : {1, 2, 4}) {
        png->addAction(tr("%1× (%2)")
                           .arg(scale)
                           .arg(scale == 1   ? tr("screen")
                                : scale == 2 ? tr("slides")
                                             : tr("print")),
                       this, [this, scale] { exportInteractively(Format::Png, scale); });
    }
    menu->addAction(tr("Export as SVG…"), this, [this] { exportInteractively(Format::Svg, 1); });
    menu->addAction(tr("Export as PDF…"), this, [this] { exportInteractively(Format::Pdf, 1); });
    menu->addAction(tr("Export all data as CSV…"), this, [this] { exportInteractively(Format::Csv, 1); });
}

} // namespace awb::ui
