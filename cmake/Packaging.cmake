# Installation and the Debian package (cpack -G DEB, or ./workbench package).
set(CMAKE_INSTALL_DOCDIR share/doc/adapter-workbench)
include(GNUInstallDirs)
set(packaging ${PROJECT_SOURCE_DIR}/app/packaging)
install(FILES ${packaging}/adapter-workbench.desktop DESTINATION ${CMAKE_INSTALL_DATADIR}/applications)
install(FILES ${packaging}/adapter-workbench.svg DESTINATION ${CMAKE_INSTALL_DATADIR}/icons/hicolor/scalable/apps)
install(FILES ${packaging}/org.adapterworkbench.AdapterWorkbench.metainfo.xml
        DESTINATION ${CMAKE_INSTALL_DATADIR}/metainfo)
install(FILES ${packaging}/adapter-workbench.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${PROJECT_SOURCE_DIR}/README.md ${PROJECT_SOURCE_DIR}/CHANGELOG.md
        DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES ${PROJECT_SOURCE_DIR}/resources/base-models/mini-en/README.md
        DESTINATION ${CMAKE_INSTALL_DOCDIR} RENAME base-model-mini-en.md)
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} RENAME copyright)

set(CPACK_PACKAGE_NAME adapter-workbench)
set(CPACK_PACKAGE_CONTACT "Adapter Workbench developers <maintainers@adapterworkbench.invalid>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_PACKAGE_DESCRIPTION
"Place adapters into the layers of a pretrained transformer, train them on real
text, watch losses and gradient norms, and keep every run. Works offline on the
processor of a laptop; a small English base model is included.")
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# Loaded at run time, so invisible to shlibdeps: a fast BLAS, the SVG plugins, the built-in text.
set(CPACK_DEBIAN_PACKAGE_DEPENDS "libopenblas0 | libblas.so.3, libqt6svg6")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "wordnet-base, libopenblas0-pthread, qt6-wayland")
include(CPack)
