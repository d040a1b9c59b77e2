#pragma once

#include <functional>
#include <vector>

#include "ui/app_context.h"

class QWidget;

namespace awb::ui {

class MainWindow;
class Page;

using PageFactory = std::function<Page*(const AppContext&, QWidget*)>;

/// The pages of the program in the order of the navigation rail: Design, Data, Train, Runs,
/// Fusion, MAD-X, Playground.
std::vector<PageFactory> standardPages();

/// What the pages tell each other beyond the document: a past run's design opens as the document, a live run
/// glows on the canvas.
void connectPages(MainWindow& window, const AppContext& context);

} // namespace awb::ui
