// The requests of ioctl(2) that terminals know, with Linux's numbers (ioctl_tty(2)), and what their argument points to.
#pragma once

#include <cstddef>
#include <cstdint>

namespace ipclab::kernel {

inline constexpr std::uint32_t kTcGets = 0x5401, kTcSets = 0x5402, kTcSetsWait = 0x5403,
                               kTcSetsFlush = 0x5404, kTcBreak = 0x5409, kTcFlow = 0x540a, kTcFlush = 0x540b,
                               kTiocExclusive = 0x540c, kTiocNotExclusive = 0x540d,
                               kTiocSetControlling = 0x540e, kTiocGetGroup = 0x540f, kTiocSetGroup = 0x5410,
                               kTiocOutput = 0x5411, kTiocType = 0x5412, kTiocGetSize = 0x5413,
                               kTiocSetSize = 0x5414, kBytesToRead = 0x541b, kTiocPkt = 0x5420,
                               kNonBlocking = 0x5421, kTiocNoTerminal = 0x5422, kTcBreakPosix = 0x5425,
                               kTiocGetSession = 0x5429, kTiocGptn = 0x80045430, kTiocSptlck = 0x40045431,
                               kTiocSig = 0x40045436, kTiocGptlck = 0x80045439, kTiocGptpeer = 0x5441;

/// What the third argument of ioctl(2) points to, for the requests that are known.
struct RequestArgument {
    enum class Shape : std::uint8_t { value, settings, size, number };
    Shape shape = Shape::value;  ///< value: it is no pointer
    bool is_written = false;     ///< by the call; else read
    std::size_t bytes() const {
        switch (shape) {
            case Shape::value:
                return 0;
            case Shape::settings:
                return 36;
            case Shape::size:
                return 8;
            case Shape::number:
                return 4;
        }
        return 0;
    }
};
constexpr RequestArgument request_argument(std::uint64_t request) {
    using Shape = RequestArgument::Shape;
    switch (static_cast<std::uint32_t>(request)) {
        case kTcGets:
            return {Shape::settings, true};
        case kTcSets:
        case kTcSetsWait:
        case kTcSetsFlush:
            return {Shape::settings, false};
        case kTiocGetSize:
            return {Shape::size, true};
        case kTiocSetSize:
            return {Shape::size, false};
        case kTiocGetGroup:
        case kTiocGetSession:
        case kTiocOutput:
        case kTiocGptn:
        case kTiocGptlck:
        case kBytesToRead:
            return {Shape::number, true};
        case kTiocSetGroup:
        case kTiocSptlck:
        case kTiocPkt:
        case kNonBlocking:
            return {Shape::number, false};
        default:
            return {};
    }
}

}  // namespace ipclab::kernel
