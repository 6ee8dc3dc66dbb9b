# Formulas over channels, and spectra.
find_package(PkgConfig REQUIRED)
pkg_check_modules(MUPARSER REQUIRED IMPORTED_TARGET muparser)
pkg_check_modules(FFTW3 REQUIRED IMPORTED_TARGET fftw3)
add_library(servolane_core_analysis STATIC
    telemetry/analysis/channel_names.cpp
    telemetry/analysis/formula.cpp
    telemetry/analysis/formula_split.cpp
    telemetry/analysis/formula_unit.cpp
    telemetry/analysis/sample_function.cpp
    telemetry/analysis/spectrum.cpp
    telemetry/analysis/uniform_grid.cpp
    telemetry/analysis/window_function.cpp)
target_link_libraries(servolane_core_analysis PUBLIC servolane_core_base PRIVATE PkgConfig::MUPARSER PkgConfig::FFTW3)
