// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/ipc/descriptor.h"

#include <unistd.h>

namespace servolane::drivers::ipc {

Descriptor::~Descriptor() {
    if (number_ >= 0) ::close(number_);
}

} // namespace servolane::drivers::ipc
