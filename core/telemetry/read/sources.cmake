# Relative to core/.
set(SERVOLANE_TELEMETRY_READ_SOURCES
    telemetry/read/axis_traces.cpp
    telemetry/read/bus_traces.cpp
    telemetry/read/math_board.cpp
    telemetry/read/math_trace.cpp
    telemetry/read/sample_cursor.cpp
    telemetry/read/session_traces.cpp
    telemetry/read/trace.cpp
    telemetry/read/trace_chunk.cpp
    telemetry/read/trace_spectrum.cpp
    telemetry/read/trace_store.cpp
    telemetry/read/trace_writer.cpp
    telemetry/read/xy_points.cpp)
