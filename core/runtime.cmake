# The threads and the queues between them: wire/ is a bus thread, record/ what is kept, replay/ what is shown again,
# search/ the ports that nobody has open.
add_library(servolane_core_runtime STATIC
    runtime/core_loop.cpp
    runtime/event_queue.cpp
    runtime/latest_samples.cpp
    runtime/runtime.cpp
    runtime/record/disk_watch.cpp
    runtime/record/journal_loop.cpp
    runtime/record/recall_loop.cpp
    runtime/record/recorder.cpp
    runtime/replay/keyframes.cpp
    runtime/replay/player.cpp
    runtime/search/discovery.cpp
    runtime/search/port_search.cpp
    runtime/search/rate_search.cpp
    runtime/wire/axis_rest.cpp
    runtime/wire/bus_host.cpp
    runtime/wire/bus_loop.cpp
    runtime/wire/bus_loop_rest.cpp
    runtime/wire/bus_loop_stop.cpp
    runtime/wire/bus_scan.cpp
    runtime/wire/doubts.cpp
    runtime/wire/link_meter.cpp
    runtime/wire/mailbox.cpp
    runtime/wire/poll_group.cpp
    runtime/wire/poll_silence.cpp
    runtime/wire/polled_axis.cpp
    runtime/wire/request_runner.cpp
    runtime/wire/rest_keeper.cpp
    runtime/wire/servo_meter.cpp
    runtime/wire/stop_service.cpp
    runtime/wire/stream_runner.cpp
    runtime/wire/watchdog_keeper.cpp)
target_link_libraries(servolane_core_runtime PUBLIC servolane_core_write servolane_core_read Threads::Threads)
