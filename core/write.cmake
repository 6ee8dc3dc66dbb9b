# The write model: policies, decide, evolve. Pure functions over plain state.
add_library(servolane_core_write STATIC
    access/write/access_state.cpp
    access/write/decide.cpp
    access/write/policies.cpp
    bus/write/bus_state.cpp
    bus/write/decide.cpp
    bus/write/policies.cpp
    motion/write/decide.cpp
    motion/write/decide_axis.cpp
    motion/write/decide_motion.cpp
    motion/write/decide_stop.cpp
    motion/write/evolve.cpp
    motion/write/motion_state.cpp
    motion/write/policies.cpp
    motion/write/policies_group.cpp
    motion/write/policies_settings.cpp
    motion/write/react.cpp
    motion/write/steps.cpp
    motion/write/travel.cpp
    motion/write/watch.cpp
    registers/write/decide.cpp
    registers/write/decide_batch.cpp
    registers/write/write_steps.cpp
    registers/write/policies.cpp
    registers/write/register_state.cpp
    runtime/write_model.cpp
    session/write/recording_state.cpp)
target_link_libraries(servolane_core_write PUBLIC servolane_core_base)
