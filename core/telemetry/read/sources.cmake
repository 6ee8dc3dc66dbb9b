# Relative to core/.
set(SERVOLANE_TELEMETRY_READ_SOURCES
    telemetry/read/axis_traces.cpp
    telemetry/read/bus_traces.cpp
    telemetry/read/recall.cpp
    telemetry/read/session_outline.cpp
    telemetry/read/session_samples.cpp
    telemetry/read/session_traces.cpp
    telemetry/read/trace.cpp
    telemetry/read/trace_chunk.cpp
    telemetry/read/trace_store.cpp
    telemetry/read/trace_writer.cpp)
