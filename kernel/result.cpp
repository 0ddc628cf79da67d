#include "kernel/result.h"

namespace ipclab::kernel {

std::string_view errno_name(Errno error) {
    switch (error) {
#define ERRNO(member, name, number, text) \
    case Errno::member:                   \
        return name;
#include "kernel/errno.def"
#undef ERRNO
    }
    return "E?";
}

std::string_view errno_text(Errno error) {
    switch (error) {
#define ERRNO(member, name, number, text) \
    case Errno::member:                   \
        return text;
#include "kernel/errno.def"
#undef ERRNO
    }
    return "Unknown error";
}

}  // namespace ipclab::kernel
