# The threads and the queues between them.
add_library(servolane_core_runtime STATIC
    runtime/axis_rest.cpp
    runtime/bus_host.cpp
    runtime/bus_loop.cpp
    runtime/bus_loop_rest.cpp
    runtime/bus_loop_stop.cpp
    runtime/bus_scan.cpp
    runtime/core_loop.cpp
    runtime/discovery.cpp
    runtime/event_queue.cpp
    runtime/journal_loop.cpp
    runtime/keyframes.cpp
    runtime/latest_samples.cpp
    runtime/link_meter.cpp
    runtime/mailbox.cpp
    runtime/player.cpp
    runtime/poll_group.cpp
    runtime/poll_silence.cpp
    runtime/polled_axis.cpp
    runtime/port_search.cpp
    runtime/rate_search.cpp
    runtime/disk_watch.cpp
    runtime/recall_loop.cpp
    runtime/recorder.cpp
    runtime/doubts.cpp
    runtime/request_runner.cpp
    runtime/rest_keeper.cpp
    runtime/runtime.cpp
    runtime/servo_meter.cpp
    runtime/stop_service.cpp
    runtime/stream_runner.cpp
    runtime/watchdog_keeper.cpp)
target_link_libraries(servolane_core_runtime PUBLIC servolane_core_write servolane_core_read Threads::Threads)
