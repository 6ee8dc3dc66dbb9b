# Projections and read models: the query side.
include(telemetry/read/sources.cmake)
add_library(servolane_core_read STATIC
    access/read/access_board_projection.cpp
    bus/read/bus_board_projection.cpp
    bus/read/bus_doctor.cpp
    bus/read/wire_filter.cpp
    bus/read/wire_log.cpp
    bus/read/wire_log_projection.cpp
    bus/read/wire_splitter.cpp
    bus/read/wire_table.cpp
    journal/read/command_log_projection.cpp
    journal/read/event_lane_projection.cpp
    journal/read/mark_axes.cpp
    motion/read/machine_board_projection.cpp
    motion/read/axis_board_projection.cpp
    registers/read/register_board_projection.cpp
    registers/read/settings_fold.cpp
    registers/read/settings_history.cpp
    registers/read/settings_history_projection.cpp
    registers/read/wire_names.cpp
    ${SERVOLANE_TELEMETRY_READ_SOURCES})
target_link_libraries(servolane_core_read PUBLIC servolane_core_base servolane_core_analysis)
