# Relative to core/.
set(SERVOLANE_TELEMETRY_READ_SOURCES
    telemetry/read/axis_traces.cpp
    telemetry/read/bus_traces.cpp
    telemetry/read/session_traces.cpp
    telemetry/read/timing.cpp
    telemetry/read/trace.cpp
    telemetry/read/trace_chunk.cpp
    telemetry/read/trace_rows.cpp
    telemetry/read/trace_store.cpp
    telemetry/read/trace_table.cpp
    telemetry/read/trace_writer.cpp
    telemetry/read/trigger.cpp
    telemetry/read/trigger_detector.cpp)
