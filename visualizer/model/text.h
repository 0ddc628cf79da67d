// The window writes bytes, sizes and times as the engine does.
#pragma once

#include "sim/engine/text.h"

namespace ipclab::visualizer {

using engine::byte_text;
using engine::counted;
using engine::printable;
using engine::shortened;
using engine::time_text;
using engine::with_commas;

}  // namespace ipclab::visualizer
