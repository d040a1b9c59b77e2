#pragma once

// Precompiled for the window and its tests: parsing Qt's headers took two fifths of compiling them.
#include <QtWidgets/QtWidgets>
